import { DriftError } from '../../src/domain/errors.js'
import type { Served } from '../../src/server/served.js'

/** What a server answers with in tests: one stack `prod/network` and one record; takes only what differs. */
export function fakeServed(overrides: Partial<Served> = {}): Served {
  return {
    readiness: async () => [{ name: 'leader', isReady: true, problem: null }],
    metrics: async () => 'driftd_leader 1\n',
    status: async () => ({ stacks: [] }),
    scans: async () => ({ waiting: 0 }),
    stack: async (name) => known(name, 'prod/network', 'STACK_UNKNOWN'),
    history: async (name) => known(name, 'prod/network', 'STACK_UNKNOWN'),
    pollNow: () => undefined,
    records: async (id) => known(id, 'k7x2', 'RECORD_UNKNOWN'),
    ...overrides,
  }
}

function known(asked: string, there: string, code: 'STACK_UNKNOWN' | 'RECORD_UNKNOWN'): object {
  if (asked === there) return { asked }
  throw new DriftError(code, 'there is none of that name')
}
