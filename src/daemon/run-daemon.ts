import { failpoint } from '../lib/failpoint.js'
import { type Lead, type LeadParts, waitForLead } from './lead.js'
import { type RecoverParts, recoverLeftovers } from './recover.js'

/** What a daemon is made of. */
export interface DaemonParts extends LeadParts {
  readonly schedule: LeadParts['schedule'] & RecoverParts['schedule']
  /** In this time a daemon that was told to stop has stopped, engines included. */
  readonly shutdownGraceMs: number
  /** Begins everything that only the leader does. */
  startWork(lead: Lead): Promise<Work>
}

/** What a leader does: watches repositories, scans, tells, serves. */
export interface Work {
  /** Takes a changed configuration over; the last good one stays where it has problems. Never throws. */
  reload(): Promise<void>
  /** Begins nothing new, stops what runs within that time, and returns when nothing is left. */
  stop(graceMs: number): Promise<void>
}

/** What a daemon is told from outside. */
export interface DaemonOrders {
  readonly stop: AbortSignal
  /** Calls back at each SIGHUP; the returned function ends that. */
  onReload(reload: () => void): () => void
}

/** Runs until it is told to stop: stands by, leads, and stands by again where it loses the lead. */
export async function runDaemon(parts: DaemonParts, orders: DaemonOrders): Promise<void> {
  for (;;) {
    const lead = await waitForLead(parts, orders.stop)
    if (lead === null) return
    try {
      await leadUntilStopped(parts, lead, orders)
    } finally {
      await lead.release()
    }
  }
}

async function leadUntilStopped(parts: DaemonParts, lead: Lead, orders: DaemonOrders): Promise<void> {
  await recoverLeftovers(parts, lead.fence)
  const work = await parts.startWork(lead)
  failpoint('daemon.working')
  const ignoreReload = orders.onReload(() => void work.reload())
  await firstOf(orders.stop, lead.lost)
  ignoreReload()
  // another leader may begin at once: what runs here is stopped at once
  const graceMs = lead.lost.aborted ? 0 : parts.shutdownGraceMs
  parts.log.info('stopping', { graceMs })
  await work.stop(graceMs)
  failpoint('daemon.stopped')
}

function firstOf(...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    }
  })
}
