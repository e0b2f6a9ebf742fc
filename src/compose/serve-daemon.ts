import { monotonicFactory } from 'ulid'
import { formatProblem } from '../config/config-problem.js'
import { readConfiguredSecrets } from '../config/configured-secrets.js'
import type { LoadedConfig, LoadResult } from '../config/load-config.js'
import { resolveSetting } from '../config/resolve-setting.js'
import type { Setup } from '../daemon/generation.js'
import type { Lead } from '../daemon/lead.js'
import { recoverLeftovers } from '../daemon/recover.js'
import { type Companion, repeat } from '../daemon/repeat.js'
import { type DaemonOrders, runDaemon } from '../daemon/run-daemon.js'
import { startWork, type WorkParts } from '../daemon/work.js'
import { type DriftError, toDriftError } from '../domain/errors.js'
import { systemClock } from '../lib/clock.js'
import { createGrowingRedactor, type GrowingRedactor } from '../lib/growing-redactor.js'
import { createLogger, type Logger, type Verbosity } from '../lib/logger.js'
import { identifyProcess, stateOfProcess } from '../lib/process-identity.js'
import { createHousekeeping } from '../schedule/housekeeping.js'
import { createScheduleMemory } from '../schedule/schedule-memory.js'
import { createMetrics, type Metrics } from '../server/metrics.js'
import type { Served } from '../server/served.js'
import { type RunningServer, startServer } from '../server/server.js'
import { createDaemonDocuments } from './daemon-documents.js'
import { createDaemonSetup, schedulerLimits } from './daemon-setup.js'
import type { Ground } from './ground.js'
import { keysOfNextStart } from './keys-of-next-start.js'
import { createStatusReader } from './read-status.js'
import type { TrackedRepository } from './tracked-repository.js'

/** What a daemon is told when it is started. */
export interface ServeRequest {
  readonly version: string
  readonly verbosity: Verbosity
  readonly orders: DaemonOrders
  onListening(url: string): void
}

/** What the app hands to its daemon. */
export interface ServeParts extends Ground {
  /** Reads the same configuration file again. */
  loadAgain(): Promise<LoadResult>
}

/** Runs the daemon of a configuration until it is told to stop. */
export async function serveDaemon(parts: ServeParts, request: ServeRequest): Promise<void> {
  const { leaderLeaseMs, shutdownGraceMs } = parts.loaded.config
  const secrets = createGrowingRedactor(await readConfiguredSecrets(parts.loaded, parts.env))
  const log = createLogger({ verbosity: request.verbosity, redactor: secrets.redactor })
  const metrics = createMetrics(request.version)
  const force: InForce = { loaded: parts.loaded, secrets }
  log.info('driftd starts', { version: request.version, configuration: parts.loaded.file, pid: process.pid })
  await runDaemon(
    {
      schedule: parts.store.schedule,
      clock: systemClock,
      owner: identifyProcess(),
      leaseMs: leaderLeaseMs,
      shutdownGraceMs,
      log,
      processState: stateOfProcess,
      startWork: async (lead) =>
        startWork(await workParts({ parts, request, force, log, metrics, lead }), lead),
    },
    request.orders,
  )
  log.info('driftd stopped')
}

/** The configuration that is in force. */
interface InForce {
  loaded: LoadedConfig
  readonly secrets: GrowingRedactor
}

interface LeaderContext {
  readonly parts: ServeParts
  readonly request: ServeRequest
  readonly force: InForce
  readonly log: Logger
  readonly metrics: Metrics
  readonly lead: Lead
}

async function workParts(context: LeaderContext): Promise<WorkParts<TrackedRepository>> {
  const { log, metrics } = context
  return {
    clock: systemClock,
    log,
    metrics,
    scheduler: schedulerParts(context),
    view: viewParts(context),
    companions: [createForgetting(context), createRecovery(context)],
    setup: await setupOf(context),
    reload: () => reload(context),
    startServer: (served) => listen(context, served),
  }
}

type Part<Name extends keyof WorkParts<TrackedRepository>> = WorkParts<TrackedRepository>[Name]

function schedulerParts({ parts: { store }, force, lead }: LeaderContext): Part<'scheduler'> {
  const { config } = force.loaded
  const { host, pid } = identifyProcess()
  return {
    queue: store.queue,
    memory: createScheduleMemory({ schedules: store.schedule, scans: store, fence: lead.fence }),
    newId: monotonicFactory(),
    owner: `${host}:${pid}`,
    limits: schedulerLimits(config),
    leaseMs: config.leaderLeaseMs,
  }
}

function viewParts(context: LeaderContext): Part<'view'> {
  const { store, providers } = context.parts
  const status = statusReaderInForce(context)
  return {
    schedule: store.schedule,
    queue: store.queue,
    exitCodeMetrics: new Map(
      providers.flatMap(({ name, exitCodeMetric }) => (exitCodeMetric ? [[name, exitCodeMetric]] : [])),
    ),
    documents: createDaemonDocuments(store, status),
    stacks: () => status().stacks(),
    openDrift: () => store.drift.countOpenDrift(),
    storeBytes: () => store.sizeBytes(),
  }
}

function createForgetting({ parts: { store }, force, log }: LeaderContext): Companion {
  return createHousekeeping({
    retention: store.retention,
    clock: systemClock,
    keep: () => {
      const { retentionMs, retentionScans } = force.loaded.config
      return { ageMs: retentionMs, scansPerStack: retentionScans }
    },
    onForgotten: (counts) => log.info('old history is forgotten', counts),
    onFailure: (error) => log.error('old history could not be forgotten', { error: toDriftError(error) }),
  })
}

function createRecovery({ parts: { store }, log, lead }: LeaderContext): Companion {
  const recovery = { schedule: store.schedule, clock: systemClock, log, processState: stateOfProcess }
  const task = {
    everyMs: RECOVER_EVERY_MS,
    run: () => recoverLeftovers(recovery, lead.fence),
    onError(error: DriftError): void {
      const isLost = lead.noteError(error)
      if (!isLost) log.error('what was left behind could not be recovered', { error })
    },
  }
  return repeat(task, systemClock)
}

async function listen({ parts, request, force, log }: LeaderContext, served: Served): Promise<RunningServer> {
  const { config, folder } = force.loaded
  const { listen, hosts, webhookSecret: secret } = config.server
  const webhookSecret = secret === undefined ? null : (await resolveSetting(secret, folder, parts.env)).value
  const server = await startServer({ listen, allowedHosts: hosts, webhookSecret, served, log })
  log.info('listening', { url: server.url })
  request.onListening(server.url)
  return server
}

/** A scan by hand that was killed is noticed in this time. */
const RECOVER_EVERY_MS = 60_000

function setupOf({ parts, force, log, lead, metrics }: LeaderContext): Promise<Setup<TrackedRepository>> {
  const observe = metrics.countDelivery
  return createDaemonSetup({ ...parts, loaded: force.loaded, fence: lead.fence, log, observe })
}

/** Null where the configuration has problems: each is logged with its place. */
async function reload(context: LeaderContext): Promise<Setup<TrackedRepository> | null> {
  const { parts, force, log } = context
  const result = await parts.loadAgain()
  if (!result.ok) {
    for (const problem of result.problems)
      log.error('the configuration has a problem; the last good one stays', {
        problem: formatProblem(problem),
      })
    return null
  }
  for (const name of keysOfNextStart(force.loaded.config, result.config))
    log.warn('takes effect at the next start only', { key: name })
  force.secrets.add(await readConfiguredSecrets(result, parts.env))
  const former = force.loaded
  force.loaded = result
  return setupOf(context).catch((error: unknown) => {
    force.loaded = former
    throw error
  })
}

function statusReaderInForce({ parts, force }: LeaderContext) {
  let known: {
    readonly loaded: LoadedConfig
    readonly reader: ReturnType<typeof createStatusReader>
  } | null = null
  return () => {
    const { loaded } = force
    if (known?.loaded !== loaded) known = { loaded, reader: createStatusReader({ ...parts, loaded }) }
    return known.reader
  }
}
