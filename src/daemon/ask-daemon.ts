import { DriftError } from '../domain/errors.js'
import type { ProcessIdentity, ProcessState } from '../domain/running-scan.js'
import type { PhaseName, Scan } from '../domain/scan.js'
import type { Clock, Timer } from '../lib/clock.js'
import type { Watcher } from '../scan/scan-job.js'
import type { ScanOutcome } from '../scan/scan-repositories.js'
import { findLiveLeader } from '../schedule/live-leader.js'
import { decidePriority } from '../schedule/priority.js'
import type { QueuedScan, ScanQueue } from '../schedule/queue.js'
import type { ScheduleStore } from '../store/schedule-store.js'
import type { Store } from '../store/store.js'

/** What asking a daemon needs. */
export interface AskParts {
  readonly queue: Pick<ScanQueue, 'enqueue' | 'stateOf'>
  readonly schedule: Pick<ScheduleStore, 'leader' | 'runningScans'>
  readonly store: Pick<Store, 'stackSummaries' | 'stackStates'>
  readonly clock: Clock & Timer
  newId(): string
  processState(process: ProcessIdentity): ProcessState
}

/** A scan that the daemon was asked for. */
interface AskedScan {
  readonly id: string
  readonly stack: string
  /** When the scan before it began; null: there was none. */
  readonly lastScanAt: string | null
  phase: PhaseName | null
}

const POLL_MS = 300
/** So many are asked about at each look. */
const ASKED_PER_LOOK = 100

/**
 * Has the daemon that leads scan these stacks, and waits for what it finds. Null where none leads, or none any more:
 * then the caller scans. Throws what the signal was aborted with; the daemon scans on.
 */
export async function askDaemon(
  stacks: readonly string[],
  parts: AskParts,
  watcher: Watcher,
): Promise<ScanOutcome | null> {
  const { clock } = parts
  if (!(await hasLeader(parts))) return null
  const asked = await ask(stacks, parts)
  for (const { stack } of asked) watcher.onEvent({ type: 'waiting', stack })
  const waiting = new Map(asked.map((one) => [one.id, one]))
  const found: Scan[] = []
  const unscanned: string[] = []
  while (waiting.size > 0) {
    await clock.sleep(POLL_MS, watcher.signal)
    watcher.signal.throwIfAborted()
    await tellPhases(waiting, parts, watcher)
    for (const done of await takeDone(waiting, parts)) {
      const scan = await scanAfter(done, parts)
      if (scan === null) unscanned.push(done.stack)
      else {
        found.push(scan)
        watcher.onEvent({ type: 'finished', stack: done.stack, scan })
      }
    }
    if (!(await hasLeader(parts))) return null
  }
  return {
    scans: found.toSorted((a, b) => (a.stack < b.stack ? -1 : 1)),
    problems: unscanned.map(notScanned),
  }
}

async function hasLeader({ schedule, clock, processState }: AskParts): Promise<boolean> {
  return (await findLiveLeader({ schedule, now: clock.now(), processState })) !== null
}

async function ask(stacks: readonly string[], parts: AskParts): Promise<readonly AskedScan[]> {
  const summaries = await parts.store.stackSummaries(stacks)
  const now = parts.clock.now()
  const wanted = stacks.map((stack, index): QueuedScan => {
    const lastScanAt = summaries[index]?.lastScanAt ?? null
    return {
      id: parts.newId(),
      stack,
      trigger: 'manual',
      slot: null,
      queuedAt: now.toISOString(),
      notBefore: now.toISOString(),
      priority: decidePriority({
        trigger: 'manual',
        nowMs: now.getTime(),
        lastAttemptAtMs: lastScanAt === null ? null : Date.parse(lastScanAt),
        driftRate: 0,
      }),
    }
  })
  const outcomes = await parts.queue.enqueue(wanted)
  // one that waits already is as good as ours: it begins after we asked
  return wanted.map(({ id, stack }, index) => ({
    id: outcomes[index]?.id ?? id,
    stack,
    lastScanAt: summaries[index]?.lastScanAt ?? null,
    phase: null,
  }))
}

async function tellPhases(
  waiting: ReadonlyMap<string, AskedScan>,
  { schedule }: AskParts,
  { onEvent }: Watcher,
): Promise<void> {
  const running = new Map((await schedule.runningScans()).map((scan) => [scan.stack, scan]))
  for (const one of waiting.values()) {
    const phase = running.get(one.stack)?.phase ?? null
    if (phase === null || phase === one.phase) continue
    if (one.phase === null) onEvent({ type: 'started', stack: one.stack })
    onEvent({ type: 'phase', stack: one.stack, phase })
    one.phase = phase
  }
}

/** Those that are done, taken out; the others go to the back, so that all are asked about in turn. */
async function takeDone(waiting: Map<string, AskedScan>, { queue }: AskParts): Promise<readonly AskedScan[]> {
  const done: AskedScan[] = []
  for (const one of [...waiting.values()].slice(0, ASKED_PER_LOOK)) {
    waiting.delete(one.id)
    if ((await queue.stateOf(one.id)) === 'done') done.push(one)
    else waiting.set(one.id, one)
  }
  return done
}

/** What the daemon stored since it was asked; null: nothing. */
async function scanAfter({ stack, lastScanAt }: AskedScan, { store }: AskParts): Promise<Scan | null> {
  const [state] = await store.stackStates([stack])
  const scan = state?.lastScan ?? null
  return scan === null || scan.startedAt === lastScanAt ? null : scan
}

function notScanned(stack: string): DriftError {
  return new DriftError(
    'STACK_UNKNOWN',
    `the daemon did not scan ${stack}: its configuration has no such stack; let it read the configuration again (SIGHUP)`,
  )
}
