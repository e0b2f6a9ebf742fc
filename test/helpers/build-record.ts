import type { DriftRecord } from '../../src/domain/record.js'
import type { Scan } from '../../src/domain/scan.js'

/** A record that says a tag was changed; takes only what differs. */
export function buildRecord(overrides: Partial<DriftRecord> = {}): DriftRecord {
  return {
    id: 'aaaaaaaaaaaa',
    fingerprint: 'sha256:00',
    contentHash: 'hmac:00',
    kind: 'changed',
    action: 'update',
    correctable: true,
    severity: 'medium',
    address: 'aws_vpc.main',
    resourceType: 'aws_vpc',
    host: null,
    source: { file: 'main.tf', line: 1 },
    changes: [
      {
        path: ['tags', 'Owner'],
        cause: 'outside',
        declared: 'platform',
        actual: 'somebody',
        recorded: 'platform',
        sensitive: false,
      },
    ],
    detail: null,
    ...overrides,
  }
}

/** A scan in sync; takes only what differs. */
export function buildScan(overrides: Partial<Scan> = {}): Scan {
  return {
    id: '01J00000000000000000000000',
    stack: 'prod/network',
    provider: 'terraform',
    repository: 'infra',
    commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    status: 'in-sync',
    startedAt: '2026-11-20T10:17:00.000Z',
    durationMs: 4812,
    phases: [{ name: 'plan', durationMs: 4100 }],
    coverage: { verified: 50, applicable: 50, unverified: [], executed: [] },
    error: null,
    warnings: [],
    records: [],
    ...overrides,
  }
}
