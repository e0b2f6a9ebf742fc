import type { DeliveryObserver } from '../alert/alert-dispatcher.js'
import { createRepositoryReport } from '../alert/report-repositories.js'
import type { LoadedConfig } from '../config/load-config.js'
import type { Setup } from '../daemon/generation.js'
import { logScanEvent } from '../daemon/log-events.js'
import type { Fence } from '../domain/running-scan.js'
import { createEngineAccounts } from '../engine-host/engine-accounts.js'
import { engineHostCommand } from '../engine-host/engine-host-command.js'
import { forges } from '../forge/index.js'
import { watchRepository } from '../git/watch-repository.js'
import { systemClock } from '../lib/clock.js'
import type { Logger } from '../lib/logger.js'
import { decideSlots, readMachine } from '../scan/admission.js'
import type { SchedulerLimits } from '../schedule/scheduler-parts.js'
import { createAlertDispatcher } from './alerts-setup.js'
import { createDaemonRemediator } from './daemon-remediator.js'
import { createCommitFollower } from './follow-commits.js'
import type { Ground } from './ground.js'
import { openConfiguredRepository } from './open-configured-repository.js'
import { createScanTools } from './scan-tools.js'
import {
  createTrackedRepository,
  joinTracked,
  type TrackedRepository,
  type TrackedRepositoryParts,
} from './tracked-repository.js'

/** What the setup of a daemon is made from. */
export interface DaemonSetupRequest extends Ground {
  readonly fence: Fence
  readonly log: Logger
  /** Told of every attempt to deliver an alert. */
  readonly observe: DeliveryObserver
}

/** What the daemon does under one configuration. Throws KEY_MISSING, PERMISSION_DENIED and the errors of the store. */
export async function createDaemonSetup(request: DaemonSetupRequest): Promise<Setup<TrackedRepository>> {
  const { loaded, log, dataFolder, store, env } = request
  const accounts = createEngineAccounts({ dataFolder, host: engineHostCommand(), path: env.PATH })
  const dispatcher = createAlertDispatcher(request)
  const tools = await createScanTools({
    ...request,
    onEvent: (event) => logScanEvent(log, event),
    onWarning: (message) => log.warn(message),
  })
  return {
    sources: loaded.config.repositories.map((repository) =>
      createSource({ ...request, repository, drift: store.drift, accounts }),
    ),
    join: (opened, isComplete) => joinTracked(loaded, opened, isComplete),
    tools,
    limits: schedulerLimits(loaded.config),
    dispatcher,
    reportRepository: dispatcher === null ? null : createRepositoryReport(store.alerts, systemClock),
    remediator: await createDaemonRemediator({ ...request, accounts, tools, forges }),
  }
}

/** As many scans at once as the configuration says, or as the machine bears; of heavy ones admission lets in fewer. */
export function schedulerLimits({ concurrency }: LoadedConfig['config']): SchedulerLimits {
  const { slots, maxConcurrent } = concurrency
  return { slots: slots ?? decideSlots(readMachine()).light, maxConcurrent }
}

function createSource(parts: TrackedRepositoryParts): Setup<TrackedRepository>['sources'][number] {
  const { pollEveryMs } = parts.repository
  const commits = createCommitFollower(parts)
  return {
    ...createTrackedRepository(parts),
    pollEveryMs,
    watch: (handlers) =>
      watchRepository({
        ...handlers,
        open: () => openConfiguredRepository(parts),
        clock: systemClock,
        pollEveryMs,
        random: Math.random,
      }),
    touched: (opened, from, signal) => commits.touched(opened, from, signal),
  }
}
