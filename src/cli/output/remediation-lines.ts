import type { NextStep } from '../../domain/alert-message.js'
import type { GateCheck } from '../../domain/gate-check.js'
import type { ExplainedRequest, RemediationOutcome, RequestView } from '../../domain/remediation-outcome.js'
import type { RequestState } from '../../domain/request.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { widthOf, wrapTo } from '../../lib/text/text-width.js'
import { timeText } from '../../lib/text/time-text.js'
import type { View } from '../terminal.js'
import { createPalette, type Paint, type Palette } from './paint.js'

/** Where a stack's remediation stands, for people. Ends with a line break. */
export function renderRemediation(outcome: RemediationOutcome, { isColored, columns }: View): string {
  const { stack, status, message, request, proposedInstead, checks, receipt, nextSteps } = outcome
  const palette = createPalette(isColored)
  const shown = checks.filter((check) => check.status !== 'passed')
  const passed = checks.length - shown.length
  const lines = [
    `${palette.bold(escapeText(stack))}: ${colorOf(status, palette)(status)}`,
    ...wrapTo(escapeText(message), columns - 2).map((line) => `  ${line}`),
    ...(request === null ? [] : requestLines(request)),
    ...shown.flatMap((check) => checkLines(check, palette)),
    ...(passed > 0 && shown.length > 0 ? [`  ${passed} other check${passed === 1 ? '' : 's'} passed`] : []),
    ...(receipt === null || receipt.unexpected.length === 0
      ? []
      : [palette.actual(`  changed, and not approved: ${escapeText(receipt.unexpected.join(', '))}`)]),
    ...(proposedInstead === null ? [] : ['  proposed instead:', ...requestLines(proposedInstead)]),
    ...nextSteps.flatMap((step) => stepLines(step, { palette, columns })),
  ]
  return `${lines.join('\n')}\n`
}

/** Every check on a request, for people. Ends with a line break. */
export function renderGate(explained: ExplainedRequest, { isColored }: View): string {
  const { id, stack, request, checks } = explained
  const palette = createPalette(isColored)
  const lines = [
    `${palette.bold(escapeText(`${stack} ${id}`))}: ${gateHeadline(explained, palette)}`,
    ...(request === null ? ['  this store never proposed it'] : requestLines(request)),
    ...joinUnknown(checks).flatMap((check) => checkLines(check, palette)),
  ]
  return `${lines.join('\n')}\n`
}

/** What the gate says of the request; of one that was begun, that it had its time. */
function gateHeadline({ request, verdict, decidedAt }: ExplainedRequest, palette: Palette): string {
  if (request?.state === 'applied') return palette.declared('carried out already, and never again')
  if (request !== null && BEGUN.has(request.state))
    return palette.warning(`begun already (${request.state}), and never again`)
  const words = { open: 'every check passed', refused: 'refused for good', 'not-now': 'not now' }
  const color = { open: palette.declared, refused: palette.actual, 'not-now': palette.warning }
  const when = decidedAt === null ? '' : ` (decided at ${decidedAt})`
  return `${color[verdict](words[verdict])}${when}`
}

const BEGUN: ReadonlySet<RequestState> = new Set(['claimed', 'applying', 'failed', 'unknown'])

/** Checks that nobody could make yet for one and the same reason are one line. */
function joinUnknown(checks: readonly GateCheck[]): readonly GateCheck[] {
  const joined: GateCheck[] = []
  for (const check of checks) {
    const last = joined.at(-1)
    if (last?.status === 'unknown' && check.status === 'unknown' && last.evidence === check.evidence)
      joined[joined.length - 1] = { ...last, name: `${last.name}, ${check.name}` }
    else joined.push(check)
  }
  return joined
}

function requestLines({ id, state, url, branch, expiresAt }: RequestView): readonly string[] {
  return [
    `  request ${id} is ${state}${state === 'proposed' ? ` until ${timeText(expiresAt)}` : ''}`,
    `  ${escapeText(url ?? `branch ${branch}`)}`,
  ]
}

function checkLines({ name, status, evidence, wayOut }: GateCheck, palette: Palette): readonly string[] {
  const mark = {
    passed: palette.declared('pass'),
    failed: palette.actual('FAIL'),
    unknown: palette.warning('????'),
  }
  const way = wayOut === null ? [] : [`         → ${escapeText(wayOut)}`]
  return [`  ${mark[status]}  ${name}: ${escapeText(evidence)}`, ...way]
}

/** What is to be copied stays in one piece: it has a line of its own where there is no room beside its text. */
function stepLines(
  { text, command, url }: NextStep,
  { palette, columns }: { readonly palette: Palette; readonly columns: number },
): readonly string[] {
  const how = command ?? url
  if (how === null) return []
  const [label, words, copied] = [palette.bold('Next:'), escapeText(text), escapeText(how)]
  const isWide = widthOf(`Next: ${words}: ${copied}`) > columns
  return isWide ? [`${label} ${words}:`, `  ${copied}`] : [`${label} ${words}: ${copied}`]
}

function colorOf(status: RemediationOutcome['status'], palette: Palette): Paint {
  if (status === 'in-sync' || status === 'applied') return palette.declared
  return ['refused', 'failed', 'unknown', 'not-converged'].includes(status) ? palette.actual : palette.warning
}
