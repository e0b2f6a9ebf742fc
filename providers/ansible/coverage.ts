import type { Coverage } from '../../src/domain/scan.js'
import { coverageRatio } from '../../src/domain/verdict.js'
import type { PlaybookView } from './playbook-view.js'

/** How much of a playbook was verified, and whether some hosts could not be read to the end. */
export interface PlaybookCoverage {
  readonly coverage: Coverage
  /** Of the worst host: an average would hide one blind host. */
  readonly ratio: number
  readonly isPartial: boolean
}

/** Adds up the hosts that the plays are about. */
export function decideCoverage(view: PlaybookView): PlaybookCoverage {
  const { tallies } = view
  const unverified = tallies.flatMap((tally) => tally.unverified)
  return {
    coverage: {
      verified: sum(tallies.map((tally) => tally.verified)),
      applicable: sum(tallies.map((tally) => tally.applicable)),
      unverified: [...unverified].sort((a, b) => compareText(a.what, b.what)),
      executed: [...new Set(view.executed)].sort(compareText),
    },
    ratio: Math.min(1, ...tallies.map(coverageRatio)),
    isPartial: tallies.some((tally) => isUnread(view, tally.host) || tally.isUnreachable || tally.isSilent),
  }
}

function isUnread(view: PlaybookView, host: string): boolean {
  const stats = view.statsOf(host)
  return stats === null || stats.failures > 0 || stats.unreachable > 0
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
