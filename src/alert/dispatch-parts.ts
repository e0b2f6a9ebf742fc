import type { StackFacts } from '../domain/alert-matter.js'
import type { AlertPolicy } from '../domain/alert-policy.js'
import type { Clock, Timer } from '../lib/clock.js'
import type { Logger } from '../lib/logger.js'
import type { DriftStore } from '../store/drift-store.js'
import type { DeliveryObserver } from './alert-dispatcher.js'
import type { AlertStore } from './alert-store.js'
import type { SeverityReason } from './build/message-parts.js'
import type { Channel } from './channel.js'
import type { TimedMessage } from './timed-message.js'

/** A stack that is configured, as far as alerts need it. */
export type AlertedStack = Pick<StackFacts, 'name' | 'provider' | 'repository' | 'labels' | 'maxAgeMs'>

/** What deciding and building messages needs. */
export interface DispatchParts {
  readonly store: AlertStore
  readonly drifts: Pick<DriftStore, 'drifts' | 'eventsAfter'>
  /** Every stack that is configured now. */
  readonly stacks: () => Promise<readonly AlertedStack[]>
  /** Names of the channels there are. */
  readonly channels: readonly string[]
  readonly policy: AlertPolicy
  /** What is told by the clock: digests, and that driftd works. */
  readonly timed: readonly TimedMessage[]
  /** URLs of repositories as configured, by name. */
  readonly repositoryUrls: ReadonlyMap<string, string>
  /** Remediation is switched on. */
  readonly canRemediate: boolean
  readonly severityReason: SeverityReason
  /** How long what was delivered is kept. */
  readonly retentionMs: number
  readonly clock: Clock & Timer
  readonly log: Logger
  /** ULIDs that grow: messages go in their order. */
  readonly newId: () => string
}

/** What a dispatcher is built from. */
export interface DispatcherParts extends Omit<DispatchParts, 'channels'> {
  readonly channels: readonly Channel[]
  /** Between 0 and 1. */
  readonly random: () => number
  readonly observe: DeliveryObserver
}
