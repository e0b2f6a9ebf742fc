import type { StackStatus } from '../../src/domain/stack-status.js'

/** A stack in sync that was scanned a moment ago; takes only what differs. */
export function buildStatus(overrides: Partial<StackStatus> = {}): StackStatus {
  return {
    name: 'prod/network',
    provider: 'terraform',
    status: 'in-sync',
    stale: overrides.lastGoodScanAt === null,
    openDrift: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    coverage: { verified: 50, applicable: 50 },
    lastScanAt: '2026-11-20T10:17:00.000Z',
    lastGoodScanAt: '2026-11-20T10:17:00.000Z',
    nextScanAt: null,
    commit: null,
    ...overrides,
  }
}
