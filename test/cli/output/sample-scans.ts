import type { DriftRecord } from '../../../src/domain/record.js'
import { KINDS } from '../../../src/domain/record.js'
import type { Scan } from '../../../src/domain/scan.js'
import type { StackStatus } from '../../../src/domain/stack-status.js'
import { buildRecord, buildScan } from '../../helpers/build-record.js'

/** What a name may hold: escape sequences, a reversal of the direction, line breaks, markup of every format, 10 kB. */
export const HOSTILE = [
  '\u001b[2J\u009b31m\u0000\u0007\u202e\u2066\u200b\ufeff\ufffe\ud800',
  '\r\n/close\n::error::pwned\n]]>-->&amp;<script>alert("1")</script>\'',
  '`` ``` |x| \\| @root Fixes #12 closes: https://example.com/issues/1 [a](b) {0} {{1}} <!--</details></code>',
  '名😀'.repeat(20),
  'x'.repeat(10_000),
].join(' ')

const record = (overrides: Partial<DriftRecord>, number: number): DriftRecord =>
  buildRecord({ ...overrides, id: `aaaaaaaaaaa${number}`, fingerprint: `sha256:0${number}` })

/** A scan of every status, with records of every kind and changes of every shape. */
export const SAMPLE_SCANS: readonly Scan[] = [
  buildScan({
    id: '01J00000000000000000000001',
    status: 'drifted',
    warnings: [{ code: 'LOCKFILE_MISSING', message: 'no lock file' }],
    records: [
      ...KINDS.map((kind, index) => record({ kind, address: `aws_vpc.${kind}`, severity: 'high' }, index)),
      record({ host: 'web1', address: 'role/template [a]', source: null, changes: [], detail: 'why' }, 7),
      record(
        {
          correctable: false,
          changes: [
            { path: ['password'], cause: 'outside', sensitive: true },
            { path: ['a', 0, 'b'], cause: 'both', declared: 1, actual: null, recorded: [], sensitive: false },
            {
              path: ['content'],
              cause: 'outside',
              sensitive: false,
              hunks: [{ oldStart: 1, newStart: 1, lines: ['-a', '+b'] }],
              truncated: true,
              declaredBytes: 100_000,
              actualBytes: 90_000,
            },
          ],
        },
        8,
      ),
      record(
        {
          address: 'aws_vpc.accepted',
          ignored: { reason: 'on purpose', owner: 'platform', until: '2027-03-31' },
        },
        9,
      ),
    ],
  }),
  buildScan({
    id: '01J00000000000000000000002',
    stack: 'prod/db',
    status: 'failed',
    coverage: { verified: 0, applicable: 0, unverified: [], executed: [] },
    error: { code: 'BACKEND_UNREACHABLE', phase: 'init', message: 'no route\nto s3', retryable: true },
  }),
  buildScan({
    id: '01J00000000000000000000003',
    stack: '/srv/play.yml',
    provider: 'ansible',
    repository: null,
    commit: null,
    status: 'incomplete',
    coverage: {
      verified: 1,
      applicable: 3,
      unverified: [
        { what: 'db1: rebuild index', reason: 'no-check-mode' },
        { what: 'db2: rebuild index', reason: 'host-unreachable' },
      ],
      executed: ['db1: read version'],
    },
  }),
  buildScan({
    id: '01J00000000000000000000004',
    stack: 'prod/new',
    status: 'pending',
    records: [record({ kind: 'pending', action: 'create' }, 9)],
  }),
  buildScan({ id: '01J00000000000000000000005', stack: 'prod/quiet' }),
]

/** A scan in which every text that comes from outside is hostile. */
export const HOSTILE_SCAN: Scan = buildScan({
  stack: HOSTILE,
  repository: HOSTILE,
  status: 'drifted',
  records: KINDS.map((kind, index) =>
    record(
      {
        kind,
        address: HOSTILE,
        host: HOSTILE,
        resourceType: HOSTILE,
        detail: HOSTILE,
        source: { file: HOSTILE, line: 3 },
        changes: [
          { path: [HOSTILE, 0], cause: 'outside', declared: HOSTILE, actual: null, sensitive: false },
          { path: ['a'], cause: 'outside', declared: {}, actual: { [HOSTILE]: HOSTILE }, sensitive: false },
          {
            path: ['content'],
            cause: 'outside',
            sensitive: false,
            hunks: [{ oldStart: 1, newStart: 1, lines: [`-${HOSTILE}`] }],
          },
        ],
      },
      index,
    ),
  ),
  warnings: [{ code: 'LOCKFILE_MISSING', message: HOSTILE }],
  coverage: {
    verified: 1,
    applicable: 2,
    unverified: [{ what: HOSTILE, reason: 'denied' }],
    executed: [HOSTILE],
  },
})

/** The same for a scan that failed. */
export const HOSTILE_FAILURE: Scan = buildScan({
  id: '01J00000000000000000000009',
  stack: HOSTILE,
  status: 'failed',
  error: { code: 'PLAN_FAILED', phase: 'plan', message: HOSTILE, retryable: false },
})

const stack = (overrides: Partial<StackStatus>): StackStatus => ({
  name: 'prod/network',
  provider: 'terraform',
  status: 'in-sync',
  stale: false,
  openDrift: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  coverage: { verified: 50, applicable: 50 },
  lastScanAt: '2026-11-20T10:17:00.000Z',
  lastGoodScanAt: '2026-11-20T10:17:00.000Z',
  nextScanAt: null,
  commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
  ...overrides,
})

/** A stack of every status, one whose verdict is too old, and one with a hostile name. */
export const SAMPLE_STACKS: readonly StackStatus[] = [
  stack({ name: 'prod/fine' }),
  stack({ name: 'prod/waits', status: 'pending' }),
  stack({
    name: 'prod/drifts',
    status: 'drifted',
    openDrift: { critical: 1, high: 0, medium: 2, low: 0, info: 0 },
  }),
  stack({ name: 'prod/fails', status: 'failed' }),
  stack({ name: 'prod/part', status: 'incomplete' }),
  stack({ name: 'prod/old', stale: true }),
  stack({
    name: 'prod/new',
    status: 'unknown',
    stale: true,
    coverage: null,
    lastScanAt: null,
    lastGoodScanAt: null,
    commit: null,
  }),
  stack({ name: HOSTILE }),
]

/** Every record of the samples with its scan. */
export const SAMPLE_RECORDS = [...SAMPLE_SCANS, HOSTILE_SCAN].flatMap((scan) =>
  scan.records.map((record) => ({ record, scan })),
)
