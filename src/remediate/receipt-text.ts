import type { GateCheck } from '../domain/gate-check.js'
import type { Receipt } from '../domain/request.js'
import { codeSpan } from '../lib/text/markdown-text.js'

/** What the one comment of a request is known by. */
export const RECEIPT_MARKER = 'receipt'

const HOW_IT_ENDED: Readonly<Record<Receipt['status'], string>> = {
  applied: '**Carried out.**',
  failed: '**Failed: a part of it may be done.**',
  unknown: '**Interrupted: nobody can say what was done. It is never tried again by itself.**',
}
const WHAT_A_SCAN_FOUND: Readonly<Record<NonNullable<Receipt['verification']>, string>> = {
  converged: 'A new scan finds nothing left of it.',
  'not-converged': 'A new scan still finds some of it: it did not converge.',
  failed: 'No scan could verify it.',
}

/** A receipt as a comment, in Markdown. */
export function receiptText(receipt: Receipt): string {
  const { status, commit, startedAt, endedAt, message, unexpected, verification, scan } = receipt
  const lines = [
    HOW_IT_ENDED[status],
    ...(verification === null ? [] : [WHAT_A_SCAN_FOUND[verification]]),
    ...(message === null ? [] : [codeSpan(message)]),
    ...(unexpected.length === 0
      ? []
      : [`**Changed, and not approved:** ${unexpected.slice(0, 100).map(codeSpan).join(', ')}`]),
    `Commit ${codeSpan(commit)}, ${startedAt} to ${endedAt}, scan ${codeSpan(scan ?? 'none')}.`,
  ]
  return lines.join('\n\n')
}

/** Why a merged request was refused, as a comment. */
export function refusalText(failed: readonly GateCheck[]): string {
  const lines = failed.map(({ name, evidence, wayOut }) => {
    return `- ${codeSpan(name)}: ${codeSpan(evidence)}${wayOut === null ? '' : ` → ${codeSpan(wayOut)}`}`
  })
  return ['**Refused by the gate: nothing was changed.**', lines.join('\n')].join('\n\n')
}
