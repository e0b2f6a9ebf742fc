import type { ClaimedScan, ClaimRequest, QueuedScan, ScanQueue } from '../../src/schedule/queue.js'

interface Entry {
  scan: QueuedScan
  claim: ClaimedScan | null
}

/** A queue in memory, by the same contract, with everything that was ever put in. */
export interface MemoryQueue extends ScanQueue {
  readonly queued: readonly QueuedScan[]
  /** Waiting now, in the order of their turn. */
  waiting(): readonly QueuedScan[]
}

/** An empty queue. */
export function createMemoryQueue(): MemoryQueue {
  const queued: QueuedScan[] = []
  const entries = new Map<string, Entry>()
  const slots = new Set<string>()
  let token = 0
  const waitingOf = (stack: string): Entry | undefined =>
    [...entries.values()].find(({ scan, claim }) => scan.stack === stack && claim === null)
  const isOurs = (claim: ClaimedScan): boolean =>
    entries.get(claim.id)?.claim?.fencingToken === claim.fencingToken

  const enqueueOne = (scan: QueuedScan) => {
    const slot = `${scan.stack} ${scan.slot}`
    const isSlotOld = scan.slot !== null && slots.has(slot)
    if (scan.slot !== null) slots.add(slot)
    const waiting = waitingOf(scan.stack)
    if (waiting === undefined && !isSlotOld) {
      entries.set(scan.id, { scan, claim: null })
      queued.push(scan)
      return { status: 'queued', id: scan.id } as const
    }
    if (waiting !== undefined) {
      const priority = Math.max(waiting.scan.priority, scan.priority)
      const notBefore = [waiting.scan.notBefore, scan.notBefore].sort()[0] ?? scan.notBefore
      waiting.scan = { ...waiting.scan, priority, notBefore }
    }
    return { status: 'duplicate', id: waiting?.scan.id ?? null } as const
  }
  const inOrder = (): readonly Entry[] =>
    [...entries.values()].sort(
      (a, b) => b.scan.priority - a.scan.priority || (a.scan.queuedAt < b.scan.queuedAt ? -1 : 1),
    )
  const claimDue = ({ now, leaseUntil, limit, busyStacks }: ClaimRequest): readonly ClaimedScan[] => {
    for (const entry of entries.values()) {
      if (entry.claim !== null && entry.claim.leaseUntil <= now) entry.claim = null
    }
    const busy = new Set(busyStacks)
    for (const { scan, claim } of entries.values()) if (claim !== null) busy.add(scan.stack)
    const claims: ClaimedScan[] = []
    for (const entry of inOrder()) {
      if (claims.length >= limit) break
      if (entry.claim !== null || busy.has(entry.scan.stack) || entry.scan.notBefore > now) continue
      busy.add(entry.scan.stack)
      token += 1
      entry.claim = { ...entry.scan, fencingToken: token, leaseUntil }
      claims.push(entry.claim)
    }
    return claims
  }
  return {
    queued,
    waiting: () => inOrder().flatMap(({ scan, claim }) => (claim === null ? [scan] : [])),
    enqueue: async (scans) => scans.map(enqueueOne),
    claim: async (request) => claimDue(request),
    async heartbeat(claims, leaseUntil) {
      for (const claim of claims) {
        const entry = entries.get(claim.id)
        if (entry?.claim && isOurs(claim)) entry.claim = { ...entry.claim, leaseUntil }
      }
      return claims.filter((claim) => !isOurs(claim)).map(({ id }) => id)
    },
    async complete(claims) {
      return claims.filter((claim) => !isOurs(claim) || !entries.delete(claim.id)).map(({ id }) => id)
    },
    async release(claim) {
      const entry = entries.get(claim.id)
      if (entry !== undefined && isOurs(claim)) entry.claim = null
    },
    async stateOf(id) {
      const entry = entries.get(id)
      if (entry === undefined) return 'done'
      return entry.claim === null ? 'waiting' : 'running'
    },
    async depth() {
      const waiting = [...entries.values()].filter(({ claim }) => claim === null)
      return {
        waiting: waiting.length,
        running: entries.size - waiting.length,
        oldestQueuedAt: waiting.map(({ scan }) => scan.queuedAt).sort()[0] ?? null,
      }
    },
  }
}
