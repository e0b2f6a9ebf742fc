import { type DriftError, toDriftError } from '../domain/errors.js'
import type { Scan } from '../domain/scan.js'
import type { Clock, Timer } from '../lib/clock.js'
import { failpoint } from '../lib/failpoint.js'
import { killLiveGroups } from '../lib/live-groups.js'
import type { Logger } from '../lib/logger.js'
import { createScheduler, type Scheduler } from '../schedule/scheduler.js'
import type { SchedulerParts } from '../schedule/scheduler-parts.js'
import type { Metrics } from '../server/metrics.js'
import type { Served } from '../server/served.js'
import type { RunningServer } from '../server/server.js'
import type { FleetRepository } from './fleet.js'
import { Generation, type Setup } from './generation.js'
import type { Lead } from './lead.js'
import { Listener } from './listener.js'
import { logScheduleEvent } from './log-events.js'
import type { Companion } from './repeat.js'
import type { Work } from './run-daemon.js'
import { scanClaim } from './scan-claim.js'
import { decideStopTimes } from './stop-times.js'
import { createView, type ViewParts } from './view.js'

/** What a leader works with. */
export interface WorkParts<Opened extends FleetRepository> {
  readonly clock: Clock & Timer
  readonly log: Logger
  readonly metrics: Metrics
  /** Everything of a scheduler but what this file gives it. */
  readonly scheduler: Omit<SchedulerParts, 'clock' | 'scan' | 'onEvent' | 'onError'>
  readonly view: Omit<
    ViewParts,
    'lead' | 'clock' | 'metrics' | 'reachability' | 'schedulerState' | 'isStopping' | 'pollNow'
  >
  /** Run as long as it leads. */
  readonly companions: readonly Companion[]
  /** Of the configuration that was loaded. */
  readonly setup: Setup<Opened>
  /** Reads the configuration again; null, and every problem logged, where it has any. */
  reload(): Promise<Setup<Opened> | null>
  startServer(served: Served): Promise<RunningServer>
}

/** Begins what a leader does. Throws LISTEN_FAILED, and the errors of the store; then nothing is left running. */
export async function startWork<Opened extends FleetRepository>(
  parts: WorkParts<Opened>,
  lead: Lead,
): Promise<Work> {
  const work = new LeaderWork(parts, lead)
  try {
    await work.start()
    return work
  } catch (error) {
    await work.stop(0)
    throw error
  }
}

class LeaderWork<Opened extends FleetRepository> implements Work {
  readonly #parts: WorkParts<Opened>
  readonly #lead: Lead
  readonly #scheduler: Scheduler
  #generation: Generation<Opened>
  readonly #listener: Listener
  #reloading: Promise<void> = Promise.resolve()
  #isStopping = false

  constructor(parts: WorkParts<Opened>, lead: Lead) {
    this.#parts = parts
    this.#lead = lead
    const { clock, log } = parts
    this.#scheduler = createScheduler({
      ...parts.scheduler,
      clock,
      scan: (claim, signal) =>
        scanClaim(
          {
            lead,
            clock,
            tools: () => this.#generation.tools,
            borrow: (stack, stopping) => this.#generation.borrow(stack, stopping),
            onScan: (scan, queueWaitMs) => this.#onScan(scan, queueWaitMs),
          },
          claim,
          signal,
        ),
      onEvent: (event) => logScheduleEvent(log, event),
      onError: (error) => this.#onError(error),
    })
    this.#generation = this.#createGeneration(parts.setup)
    this.#listener = new Listener({
      listen: () => parts.startServer(this.#createView()),
      mayBeTaken: lead.isTakenOver,
      timer: clock,
      log,
    })
  }

  async start(): Promise<void> {
    // first of all, so that whoever asks hears that it is there: repositories may take minutes to open
    await this.#listener.start()
    failpoint('daemon.listening')
    await this.#generation.recall()
    this.#generation.start()
    this.#scheduler.start()
    for (const companion of this.#parts.companions) companion.start()
  }

  reload(): Promise<void> {
    this.#reloading = this.#reloading.then(() => this.#reload())
    return this.#reloading
  }

  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true
    const { waitMs, killAfterMs } = decideStopTimes(graceMs)
    const killing = setTimeout(() => this.#killEngines(), killAfterMs)
    try {
      // beside the scans, not after them: what changes things is asked to stop well before engines are killed
      await Promise.all([this.#generation.stopRemediator(waitMs), this.#stopScans(waitMs)])
      await this.#generation.stop(waitMs)
      await this.#listener.stop()
    } finally {
      clearTimeout(killing)
    }
  }

  async #stopScans(waitMs: number): Promise<void> {
    await this.#reloading
    const companions = this.#parts.companions.map((companion) => companion.stop())
    await Promise.all([...companions, this.#generation.stopFollowing()])
    await this.#scheduler.stop(waitMs)
  }

  async #reload(): Promise<void> {
    const { log } = this.#parts
    if (this.#isStopping) return
    try {
      const setup = await this.#parts.reload()
      if (setup === null) return
      const next = this.#createGeneration(setup)
      await next.recall()
      // a changed configuration is no reason to interrupt what is being carried out
      await this.#generation.stop(null)
      if (this.#isStopping) return
      this.#generation = next
      next.start()
      log.info('configuration in force')
    } catch (error) {
      log.error('the configuration could not be read again; the last good one stays in force', {
        error: toDriftError(error),
      })
    }
  }

  #createView(): Served {
    const { view, clock, metrics } = this.#parts
    return createView({
      ...view,
      lead: this.#lead,
      clock,
      metrics,
      reachability: () => this.#generation.reachability,
      schedulerState: () => this.#scheduler.state(),
      isStopping: () => this.#isStopping,
      pollNow: () => this.#generation.pollNow(),
    })
  }

  #createGeneration(setup: Setup<Opened>): Generation<Opened> {
    const { clock, log } = this.#parts
    return new Generation(setup, { clock, log, scheduler: this.#scheduler })
  }

  #onScan(scan: Scan, queueWaitMs: number): void {
    this.#parts.metrics.countScan(scan, queueWaitMs)
    this.#generation.nudge(scan.repository)
  }

  #onError(error: DriftError): void {
    const isLost = this.#lead.noteError(error)
    if (!isLost) this.#parts.log.error('the store or the queue failed', { error })
  }

  #killEngines(): void {
    this.#parts.log.warn('engines did not end in time and are killed')
    killLiveGroups()
  }
}
