import type { Scan, UnverifiedReason } from '../../domain/scan.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { cutMiddleTo, wrapTo } from '../../lib/text/text-width.js'
import type { Palette } from './paint.js'

/** Where and how remarks are written, and whether every name is shown. */
export interface RemarkLayout {
  readonly palette: Palette
  readonly width: number
  readonly isAll: boolean
}

const MAX_UNVERIFIED_NAMES = 3

const REASONS: Readonly<Record<UnverifiedReason, string>> = {
  'no-check-mode': 'the module cannot say what it would do',
  tainted: 'depends on a result that a check does not have',
  'check-mode-artifact': 'depends on what a check does not really do',
  'host-unreachable': 'the host did not answer',
  'host-stopped': 'the host stopped at it or before it',
  'plan-stopped': 'the plan stopped before it',
  denied: 'reading it was denied',
}

/** What failed, and what a person should know before trusting the verdict: one block for each. */
export function problemBlocks(scan: Scan, layout: RemarkLayout): readonly (readonly string[])[] {
  return [errorLines(scan, layout), warningLines(scan, layout)].filter((block) => block.length > 0)
}

/** What a scan could not verify, and what it really ran: one block for each. */
export function coverageBlocks(scan: Scan, layout: RemarkLayout): readonly (readonly string[])[] {
  return [unverifiedLines(scan, layout), executedLines(scan, layout)].filter((block) => block.length > 0)
}

function errorLines({ error }: Scan, { palette, width }: RemarkLayout): readonly string[] {
  if (error === null) return []
  const advice = error.retryable
    ? `may pass by itself: scan again; ${error.code} in docs/errors.md says more`
    : `${error.code} in docs/errors.md says what to do`
  const message = error.message.split('\n').flatMap((line) => wrapTo(escapeText(line), width))
  return [...message, ...wrapTo(advice, width).map(palette.dim)]
}

function warningLines({ warnings }: Scan, { palette, width }: RemarkLayout): readonly string[] {
  return warnings.flatMap(({ code, message }) =>
    wrapTo(`${code}: ${escapeText(message)}`, width - 9).map((line, index) =>
      palette.warning(`${index === 0 ? 'warning: ' : ' '.repeat(9)}${line}`),
    ),
  )
}

function unverifiedLines({ coverage }: Scan, { palette, width, isAll }: RemarkLayout): readonly string[] {
  if (coverage.unverified.length === 0) return []
  const reasons = [...new Set(coverage.unverified.map(({ reason }) => reason))]
  return [
    palette.bold(`Not verified: ${coverage.unverified.length}`),
    ...reasons.flatMap((reason) => {
      const group = coverage.unverified.filter((item) => item.reason === reason)
      const head = `  ${group.length} × ${REASONS[reason]} (${reason})`
      return [
        head,
        ...nameLines(
          group.map(({ what }) => what),
          isAll,
          width,
        ),
      ]
    }),
  ]
}

function nameLines(names: readonly string[], isAll: boolean, width: number): readonly string[] {
  const shown = isAll ? names : names.slice(0, MAX_UNVERIFIED_NAMES)
  const hidden = names.length - shown.length
  return [
    ...shown.map((name) => `      ${cutMiddleTo(escapeText(name), width - 6)}`),
    ...(hidden > 0 ? [`      … and ${hidden} more (--all shows them)`] : []),
  ]
}

function executedLines({ coverage }: Scan, { palette, width, isAll }: RemarkLayout): readonly string[] {
  if (coverage.executed.length === 0) return []
  return [
    palette.bold(`Really run by this scan (check_mode: false): ${coverage.executed.length}`),
    ...nameLines(coverage.executed, isAll, width),
  ]
}
