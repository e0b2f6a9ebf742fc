import type { ClaimedScan, ClaimRequest, QueuedScan, ScanQueue } from '../../src/schedule/queue.js'

/** A moment of the tests, so many seconds after 10:00. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 24, 10, 0, seconds)).toISOString()
}

/** A scan that is wanted at 10:00 by a schedule; takes what differs. */
export function buildQueued(id: string, overrides: Partial<QueuedScan> = {}): QueuedScan {
  return {
    id,
    stack: `stack-${id}`,
    trigger: 'schedule',
    slot: null,
    queuedAt: at(0),
    notBefore: at(0),
    priority: 0,
    ...overrides,
  }
}

/** What a process asks for at 10:00:01, with a lease of a minute. */
export function buildClaim(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  return { now: at(1), leaseUntil: at(61), limit: 10, busyStacks: [], owner: 'host 1', ...overrides }
}

/** Claims all that can be claimed. */
export async function drain(queue: ScanQueue): Promise<readonly ClaimedScan[]> {
  const taken: ClaimedScan[] = []
  for (;;) {
    const claims = await queue.claim(buildClaim({ limit: 3 }))
    if (claims.length === 0) return taken
    taken.push(...claims)
  }
}

/** The ids of claims. */
export function idsOf(claims: readonly ClaimedScan[]): readonly string[] {
  return claims.map(({ id }) => id)
}
