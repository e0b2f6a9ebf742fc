import { mailContent } from '../../alert/email/mail-content.js'
import { mailText } from '../../alert/email/mail-text.js'
import type { ChannelPreview, PreviewedMatter } from '../../alert/preview.js'
import { alertDocument } from '../../documents/alert-document.js'
import { jsonText } from '../../documents/json-text.js'
import { SCHEMA_VERSION } from '../../documents/schema-version.js'
import type { AlertMessage } from '../../domain/alert-message.js'
import type { MatterVerdict } from '../../domain/judge-matters.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { createPalette, type Palette } from '../output/paint.js'
import { ageText } from '../output/status-table.js'
import { printOut } from '../print-out.js'
import { viewOf } from '../terminal.js'
import { withApp } from '../with-app.js'
import type { AlertsResultOptions } from './alerts-options.js'

/** As a mail would have it. */
const SIZE = { maxRecords: 200, maxRows: 20, maxValueLength: 1_000, maxHunkLines: 40 }
const INDENT = '    '

const VERDICTS: Readonly<Record<MatterVerdict, string>> = {
  fresh: 'the channel does not know of it',
  told: 'the channel knows of it',
  muted: 'muted',
  inhibited: 'kept back: the scans of the stack say nothing, which is told instead',
  inactive: 'kept back: the route does not tell at this time',
  early: 'not for long enough yet',
  quiet: 'acknowledged, not confirmed yet, or away after coming and going',
  over: 'over, and the channel never knew',
  'no-route': 'no route leads here',
}

/** Prints what each channel would be told of a stack, and why, or why nothing. */
export async function runPreview(stack: string, options: AlertsResultOptions): Promise<void> {
  await withApp(options, async (app) => {
    const channels = await (await app.alerts()).preview(stack)
    const view = viewOf(process.stdout, options.color)
    await printOut(
      options.output === 'json'
        ? previewJson(stack, channels)
        : renderPreview(channels, { palette: createPalette(view.isColored), now: new Date() }),
    )
  })
}

interface PreviewLayout {
  readonly palette: Palette
  readonly now: Date
}

/** What each channel would be told, for people. Ends with a line break. */
export function renderPreview(channels: readonly ChannelPreview[], layout: PreviewLayout): string {
  if (channels.length === 0)
    return 'no channels are configured: see alerts.channels in docs/configuration.md\n'
  const parts = channels.map((channel) => channelLines(channel, layout).join('\n'))
  return `${parts.join('\n\n')}\n`
}

/** The same as a document: `{ schemaVersion, stack, channels }`. Ends with a line break. */
export function previewJson(stack: string, channels: readonly ChannelPreview[]): string {
  const previews = channels.map(({ channel, messages, matters }) => ({
    channel,
    messages: messages.map(({ at, message }) => ({
      at,
      summary: message.summary,
      ...alertDocument(message),
    })),
    matters,
  }))
  return jsonText({ schemaVersion: SCHEMA_VERSION, stack, channels: previews }, { isIndented: true })
}

function channelLines(
  { channel, messages, matters }: ChannelPreview,
  layout: PreviewLayout,
): readonly string[] {
  const { palette, now } = layout
  const name = palette.bold(escapeText(channel))
  const head = messages.length === 0 ? [`${name}: nothing`] : []
  return [
    ...head,
    ...messages.flatMap(({ at, message }) => [
      `${name}: ${message.reason}, ${at === null ? 'now' : ageText(at, now)}`,
      ...messageLines(channel, message).map((line) => (line === '' ? '' : INDENT + line)),
    ]),
    ...matterLines(matters, layout),
  ]
}

function messageLines(channel: string, message: AlertMessage): readonly string[] {
  return mailText(mailContent(message, SIZE, { channel, intro: null }))
    .trimEnd()
    .split('\n')
}

function matterLines(
  matters: readonly PreviewedMatter[],
  { palette, now }: PreviewLayout,
): readonly string[] {
  if (matters.length === 0) return [palette.dim(`${INDENT}nothing that is there leads to it by any route`)]
  return matters.map(({ address, host, verdict, until, reason, author }) => {
    const what = address === null ? 'the scans' : escapeText(host === null ? address : `${host} · ${address}`)
    const why = [
      VERDICTS[verdict],
      ...(reason === null ? [] : [`"${escapeText(reason)}" by ${escapeText(author ?? '')}`]),
      ...(until === null ? [] : [`that may change ${ageText(until, now)}`]),
    ]
    return palette.dim(`${INDENT}${what}: ${why.join(', ')}`)
  })
}
