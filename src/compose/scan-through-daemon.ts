import { ulid } from 'ulid'
import { askDaemon } from '../daemon/ask-daemon.js'
import { recoverLeftovers } from '../daemon/recover.js'
import { systemClock } from '../lib/clock.js'
import type { Logger } from '../lib/logger.js'
import { stateOfProcess } from '../lib/process-identity.js'
import type { Watcher } from '../scan/scan-job.js'
import type { ScanOutcome } from '../scan/scan-repositories.js'
import { selectNames } from '../scan/select-names.js'
import type { OpenedStore } from '../store/open-store.js'
import type { StatusReader } from './read-status.js'

/** Cleans up after a scan by hand that was killed, where no daemon does. */
export async function recoverByHand(
  schedule: OpenedStore['schedule'],
  onWarning: (message: string) => void,
): Promise<void> {
  const warn: Logger['warn'] = (event, fields = {}) =>
    onWarning(typeof fields.stack === 'string' ? `${fields.stack}: ${event}` : event)
  await recoverLeftovers({ schedule, clock: systemClock, log: { warn }, processState: stateOfProcess }, null)
}

/** What is known of the stacks and of the daemon. */
export interface ThroughDaemonParts {
  readonly status: StatusReader
  readonly store: OpenedStore
}

/**
 * Has the daemon that leads scan the stacks whose names match, or all that are known. Null where none leads: then the
 * caller scans. Throws STACK_UNKNOWN.
 */
export async function scanThroughDaemon(
  { status, store }: ThroughDaemonParts,
  patterns: readonly string[],
  watcher: Watcher,
): Promise<ScanOutcome | null> {
  if ((await status.daemon()).daemon === null) return null
  const known = (await status.knownStacks()).map(({ name }) => name)
  // the daemon has not opened a repository yet, or there is none: a scan of nothing must not look like one without drift
  if (known.length === 0) return null
  const parts = {
    queue: store.queue,
    schedule: store.schedule,
    store,
    clock: systemClock,
    newId: ulid,
    processState: stateOfProcess,
  }
  return askDaemon(selectNames(known, patterns), parts, watcher)
}
