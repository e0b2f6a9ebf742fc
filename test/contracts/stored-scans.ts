import type { Scan } from '../../src/domain/scan.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'

/** When the first scan of a test began. */
export const EARLIER = '2026-11-20T10:17:00.000Z'
/** A day after it. */
export const LATER = '2026-11-21T10:17:00.000Z'

/** A scan with one record that drifts. */
export function driftedScan(id: string, overrides: Partial<Scan> = {}): Scan {
  return buildScan({ id, status: 'drifted', records: [buildRecord()], ...overrides })
}

/** A scan without a verdict. */
export function failedScan(id: string): Scan {
  return buildScan({
    id,
    status: 'failed',
    commit: null,
    startedAt: LATER,
    error: { code: 'BACKEND_UNREACHABLE', phase: 'init', message: 'no route to s3', retryable: true },
  })
}

/** A scan in which nothing is empty. */
export function fullScan(): Scan {
  return buildScan({
    status: 'drifted',
    durationMs: 4812.25,
    phases: [
      { name: 'checkout', durationMs: 40.5 },
      { name: 'plan', durationMs: 4100 },
    ],
    coverage: {
      verified: 49,
      applicable: 50,
      unverified: [{ what: 'db1: rebuild index', reason: 'no-check-mode' }],
      executed: ['db1: read version'],
    },
    warnings: [{ code: 'LOCKFILE_MISSING', message: 'no lock file' }],
    records: [
      buildRecord(),
      buildRecord({
        id: 'bbbbbbbbbbbb',
        correctable: false,
        source: null,
        host: 'db1',
        detail: 'a rule was added',
        ignored: { reason: 'on purpose', owner: 'platform', until: '2027-03-31' },
        changes: [
          { path: ['password'], cause: 'both', sensitive: true },
          {
            path: ['content'],
            cause: 'outside',
            sensitive: false,
            hunks: [{ oldStart: 1, newStart: 1, lines: [' a', '-b', '+c'] }],
            truncated: true,
            declaredBytes: 100_000,
            actualBytes: 99_999,
          },
          {
            path: ['ingress', 0],
            cause: 'code',
            declared: [{ a: [null, 1.5] }],
            actual: {},
            recorded: false,
            sensitive: false,
          },
        ],
      }),
    ],
  })
}

/** A record id that differs for every number. */
export function recordIdOf(index: number): string {
  return [...index.toString(26).padStart(12, '0')]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('')
}
