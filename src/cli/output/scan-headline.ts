import { type DriftRecord, isDrift, isIgnored, isPending } from '../../domain/record.js'
import type { Scan, ScanStatus } from '../../domain/scan.js'
import { SEVERITIES, type Severity } from '../../domain/severity.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { cutMiddleTo, padTo, widthOf, wrapTo } from '../../lib/text/text-width.js'
import type { Palette } from './paint.js'

/** The mark before each status; the word stands beside it. */
export const STATUS_SYMBOLS: Readonly<Record<ScanStatus | 'unknown', string>> = {
  failed: '✗',
  drifted: '✗',
  incomplete: '!',
  pending: '○',
  'in-sync': '✓',
  unknown: '·',
}

const STATUS_WIDTH = 'incomplete'.length
const SHORT_COMMIT = 7

/** Where and how a headline is written; `nameWidth` puts those of several stacks below each other. */
export interface HeadlineLayout {
  readonly palette: Palette
  readonly width: number
  readonly nameWidth: number
}

/** The first line of a stack: status, name, and the facts in short; a second line where they do not fit. */
export function headlineLines(scan: Scan, { palette, width, nameWidth }: HeadlineLayout): readonly string[] {
  const status = `${STATUS_SYMBOLS[scan.status]} ${padTo(scan.status, STATUS_WIDTH)}`
  const name = cutMiddleTo(escapeText(scan.stack), Math.max(10, width - widthOf(status) - 2))
  const head = `${palette.status[scan.status](status)}  ${palette.bold(name)}`
  const facts = factsText(scan)
  const room = width - widthOf(status) - 2 - Math.max(nameWidth, widthOf(name)) - 3
  if (widthOf(facts) <= room) {
    return [`${head}${' '.repeat(Math.max(0, nameWidth - widthOf(name)))}   ${facts}`]
  }
  return [head, ...wrapTo(facts, width - 2).map((line) => `  ${line}`)]
}

/** `1 critical, 2 medium` for what counts as drift, loudest first. */
export function severityCounts(counts: Readonly<Record<Severity, number>>): string {
  return SEVERITIES.filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(', ')
}

/** `50 of 50 verified`. */
export function coverageText({ verified, applicable }: { verified: number; applicable: number }): string {
  return applicable === 0 ? 'nothing to verify' : `${verified} of ${applicable} verified`
}

/** `4.8 s`, `2 min 5 s`; of a time in milliseconds. */
export function durationText(durationMs: number): string {
  if (durationMs < 60_000) return `${(durationMs / 1_000).toFixed(1)} s`
  return `${Math.floor(durationMs / 60_000)} min ${Math.floor((durationMs % 60_000) / 1_000)} s`
}

/** The first characters of a commit, as Git shows it. */
export function shortCommit(commit: string): string {
  return escapeText(commit.slice(0, SHORT_COMMIT))
}

/** `2 drift (1 critical, 1 medium) · 3 ignored · 50 of 50 verified · 4.8 s · 9fceb02`, or where and with which code it failed. */
export function factsText(scan: Scan): string {
  const facts = scan.error
    ? [`${scan.error.code} in ${scan.error.phase}`]
    : [
        driftText(scan.records),
        pendingText(scan.records),
        ignoredCountText(scan.records),
        coverageText(scan.coverage),
      ]
  const commit = scan.commit === null ? '' : shortCommit(scan.commit)
  return [...facts, durationText(scan.durationMs), commit].filter((text) => text !== '').join(' · ')
}

function driftText(records: readonly DriftRecord[]): string {
  const drift = records.filter(isDrift)
  if (drift.length === 0) return ''
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  for (const record of drift) counts[record.severity] += 1
  return `${drift.length} drift (${severityCounts(counts)})`
}

function pendingText(records: readonly DriftRecord[]): string {
  const count = records.filter(isPending).length
  return count === 0 ? '' : `${count} unapplied`
}

function ignoredCountText(records: readonly DriftRecord[]): string {
  const count = records.filter(isIgnored).length
  return count === 0 ? '' : `${count} ignored`
}
