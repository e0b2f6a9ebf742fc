import { jsonText } from '../../documents/json-text.js'
import { SCHEMA_VERSION } from '../../documents/schema-version.js'
import type { DeliveryLine } from '../../domain/delivery.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { cutTo, padTo, widthOf } from '../../lib/text/text-width.js'
import { createPalette, type Palette } from '../output/paint.js'
import { ageText } from '../output/status-table.js'
import { printOut } from '../print-out.js'
import { type View, viewOf } from '../terminal.js'
import { withApp } from '../with-app.js'
import type { AlertsResultOptions } from './alerts-options.js'

interface ListOptions extends AlertsResultOptions {
  readonly dead?: boolean
  readonly waiting?: boolean
  readonly channel?: string
  readonly limit: number
}

const GAP = '  '

/** Prints messages to channels, newest first. */
export async function runList(options: ListOptions): Promise<void> {
  await withApp(options, async (app) => {
    const state = options.dead ? 'dead' : options.waiting ? 'waiting' : null
    const filter = { state, channel: options.channel ?? null, limit: options.limit } as const
    const lines = await (await app.alerts()).list(filter)
    const view = { ...viewOf(process.stdout, options.color), now: new Date() }
    await printOut(options.output === 'json' ? listJson(lines) : renderList(lines, view))
  })
}

/** Messages for people: a line each, below it what went wrong. Ends with a line break. */
export function renderList(lines: readonly DeliveryLine[], view: View & { readonly now: Date }): string {
  if (lines.length === 0) return 'no messages\n'
  const palette = createPalette(view.isColored)
  const width = Math.max(...lines.map(({ channel }) => widthOf(channel)))
  const rows = lines.flatMap((line) => {
    const { id, channel, state, reason, createdAt, summary, problem } = line
    const head = [
      id,
      padTo(channel, width),
      padTo(state, 'delivered'.length),
      padTo(ageText(createdAt, view.now), 10),
      reason,
    ]
    const room = Math.max(20, view.columns - GAP.length)
    return [
      paintState(line, palette)(head.join(GAP)),
      `${GAP}${cutTo(escapeText(summary), room)}`,
      ...(problem === null
        ? []
        : [palette.warning(`${GAP}${cutTo(escapeText(problem), room)}${attemptsText(line, view.now)}`)]),
    ]
  })
  return `${rows.join('\n')}\n`
}

/** The same as a document: `{ schemaVersion, alerts }`. Ends with a line break. */
export function listJson(lines: readonly DeliveryLine[]): string {
  const alerts = lines.map((line) => ({
    id: line.id,
    channel: line.channel,
    state: line.state,
    reason: line.reason,
    severity: line.severity,
    summary: line.summary,
    alertKey: line.alertKey,
    sequence: line.sequence,
    attempts: line.attempts,
    createdAt: line.createdAt,
    nextAttemptAt: line.state === 'waiting' ? line.nextAttemptAt : null,
    deliveredAt: line.deliveredAt,
    problem: line.problem,
  }))
  return jsonText({ schemaVersion: SCHEMA_VERSION, alerts }, { isIndented: true })
}

function attemptsText({ state, attempts, nextAttemptAt }: DeliveryLine, now: Date): string {
  if (state !== 'waiting') return ''
  return ` (attempt ${attempts}; again ${ageText(nextAttemptAt, now)})`
}

function paintState({ state }: DeliveryLine, palette: Palette): (text: string) => string {
  if (state === 'dead') return palette.status.failed
  return state === 'waiting' ? palette.bold : palette.dim
}
