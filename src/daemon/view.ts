import { SCHEMA_VERSION } from '../documents/schema-version.js'
import type { OpenDriftCount } from '../domain/drift.js'
import { toDriftError } from '../domain/errors.js'
import type { StackStatus } from '../domain/stack-status.js'
import type { Clock } from '../lib/clock.js'
import type { ScanQueue } from '../schedule/queue.js'
import type { SchedulerState } from '../schedule/scheduler.js'
import type { Metrics } from '../server/metrics.js'
import type { ReadinessCheck, Served } from '../server/served.js'
import type { ScheduleStore } from '../store/schedule-store.js'
import type { Lead } from './lead.js'

/** What is asked to answer with. */
export interface ViewParts {
  readonly lead: Pick<Lead, 'fence' | 'lost'>
  readonly clock: Clock
  readonly schedule: Pick<ScheduleStore, 'assertLeader' | 'runningScans' | 'stackSchedules'>
  readonly queue: Pick<ScanQueue, 'depth'>
  readonly metrics: Metrics
  /** By provider: the gauge that says its scans as an exit code (provider.ts). */
  readonly exitCodeMetrics: ReadonlyMap<string, string>
  /** What the command line prints, as documents. */
  readonly documents: Pick<Served, 'status' | 'stack' | 'history' | 'records'>
  stacks(): Promise<readonly StackStatus[]>
  openDrift(): Promise<readonly OpenDriftCount[]>
  storeBytes(): Promise<number>
  reachability(): readonly { readonly name: string; readonly isReachable: boolean }[]
  schedulerState(): SchedulerState
  isStopping(): boolean
  /** Asks the remotes of all repositories soon. */
  pollNow(): void
}

/** A scheduler ticks every second; the store may be busy for a while. */
const MAX_TICK_AGE_MS = 60_000

/** What the server answers with. */
export function createView(parts: ViewParts): Served {
  return {
    ...parts.documents,
    readiness: () => checkReadiness(parts),
    metrics: async () => parts.metrics.render(await takeSnapshot(parts)),
    scans: () => describeQueue(parts),
    pollNow: () => parts.pollNow(),
  }
}

async function checkReadiness(parts: ViewParts): Promise<readonly ReadinessCheck[]> {
  const { schedule, lead, clock } = parts
  const { lastGoodTickMs } = parts.schedulerState()
  const tickAgeMs = lastGoodTickMs === null ? null : clock.monotonicMs() - lastGoodTickMs
  const refusal = await schedule.assertLeader(lead.fence).then(
    () => null,
    (error: unknown) => toDriftError(error),
  )
  const isLost = lead.lost.aborted || refusal?.code === 'LEADERSHIP_LOST'
  const leaderProblem = isLost ? 'another driftd leads' : parts.isStopping() ? 'it is stopping' : null
  return [
    check('store', refusal === null || isLost ? null : refusal.message),
    check('queue', queueProblem(tickAgeMs)),
    check('leader', leaderProblem),
  ]
}

function queueProblem(tickAgeMs: number | null): string | null {
  if (tickAgeMs === null) return 'the scheduler has not looked at it yet'
  if (tickAgeMs <= MAX_TICK_AGE_MS) return null
  return `the scheduler has not been able to use it for ${Math.round(tickAgeMs / 1_000)} s`
}

function check(name: ReadinessCheck['name'], problem: string | null): ReadinessCheck {
  return { name, isReady: problem === null, problem }
}

async function takeSnapshot(parts: ViewParts) {
  const stacks = await parts.stacks()
  const known = new Set(stacks.map(({ name }) => name))
  const [openDrift, queue, schedules, storeBytes] = await Promise.all([
    parts.openDrift(),
    describeDepth(parts),
    parts.schedule.stackSchedules(stacks.map(({ name }) => name)),
    parts.storeBytes(),
  ])
  return {
    stacks,
    // a stack that is configured no longer is nobody's to put right, and would fire for ever
    openRecords: openDrift.filter(({ stack }) => known.has(stack)),
    queue,
    storeBytes,
    exitCodeMetrics: parts.exitCodeMetrics,
    isLeader: !parts.lead.lost.aborted,
    repositories: parts.reachability(),
    engineMemory: schedules.flatMap(({ stack, peakMemoryBytes }) =>
      peakMemoryBytes === null ? [] : [{ stack, bytes: peakMemoryBytes }],
    ),
  }
}

async function describeDepth({ queue, clock }: ViewParts) {
  const now = clock.now()
  const { waiting, running, oldestQueuedAt } = await queue.depth(now.toISOString())
  const oldestWaitMs = oldestQueuedAt === null ? 0 : Math.max(0, now.getTime() - Date.parse(oldestQueuedAt))
  return { waiting, running, oldestWaitMs }
}

/** `{ schemaVersion, waiting, oldestQueuedAt, running }`: how deep the queue is, and every scan that runs. */
async function describeQueue({ queue, schedule, clock }: ViewParts): Promise<object> {
  const { waiting, oldestQueuedAt } = await queue.depth(clock.now().toISOString())
  const running = await schedule.runningScans()
  return {
    schemaVersion: SCHEMA_VERSION,
    waiting,
    oldestQueuedAt,
    running: running.map(({ id, stack, provider, repository, commit, startedAt, phase }) => ({
      id,
      stack,
      provider,
      repository,
      commit,
      startedAt,
      phase,
    })),
  }
}
