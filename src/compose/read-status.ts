import type { LoadedConfig } from '../config/load-config.js'
import type { DaemonStatus } from '../domain/daemon-status.js'
import type { DeliveryState } from '../domain/delivery.js'
import { countIdleRules } from '../domain/rule-state.js'
import { type StackStatus, toStackStatus } from '../domain/stack-status.js'
import { systemClock } from '../lib/clock.js'
import { stateOfProcess } from '../lib/process-identity.js'
import type { Provider } from '../scan/provider.js'
import { findLiveLeader } from '../schedule/live-leader.js'
import type { OpenedStore } from '../store/open-store.js'
import type { KnownStack } from '../store/store.js'
import { explicitKnownStacks } from './tracked-repository.js'

/** What the status of all stacks is read from. */
export interface StatusParts {
  readonly loaded: LoadedConfig
  readonly providers: readonly Provider[]
  readonly store: Pick<
    OpenedStore,
    'knownStacks' | 'stackSummaries' | 'schedule' | 'queue' | 'alerts' | 'drift'
  >
}

/** Reads the store only: no repository is opened, no scan begun. */
export interface StatusReader {
  /** Every stack of the configuration, as far as it is known, sorted by name. */
  knownStacks(): Promise<readonly KnownStack[]>
  /** The names of these stacks; one that is configured no longer, or never was, is none of them. */
  knownNames(): Promise<readonly string[]>
  /** Every known stack as its last scan left it. */
  stacks(): Promise<readonly StackStatus[]>
  daemon(): Promise<DaemonStatus>
}

/** A reader of one configuration, whose own part is resolved once. */
export function createStatusReader({ loaded, providers, store }: StatusParts): StatusReader {
  const repositories = loaded.config.repositories.map(({ name }) => name)
  let explicit: Promise<readonly KnownStack[]> | null = null

  async function knownStacks(): Promise<readonly KnownStack[]> {
    explicit ??= readExplicit(loaded, providers)
    const found = await store.knownStacks(repositories)
    const byName = new Map([...found, ...(await explicit)].map((stack) => [stack.name, stack]))
    return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  return {
    knownStacks,
    knownNames: async () => (await knownStacks()).map(({ name }) => name),
    async stacks() {
      const stacks = await knownStacks()
      const names = stacks.map(({ name }) => name)
      const summaries = await store.stackSummaries(names)
      const schedules = (await liveLeader(store)) === null ? [] : await store.schedule.stackSchedules(names)
      const nowMs = systemClock.now().getTime()
      return stacks.map((stack, index) => ({
        ...toStackStatus(stack, summaries[index] ?? null, nowMs),
        nextScanAt: schedules[index]?.nextScanAt ?? null,
      }))
    },
    async daemon() {
      const leader = await liveLeader(store)
      const now = systemClock.now().toISOString()
      const rules = await store.drift.ignoreRules(repositories)
      return {
        daemon: leader && { host: leader.host, pid: leader.pid, since: leader.since },
        queue: await store.queue.depth(now),
        alerts: await countAlerts(store),
        rules: countIdleRules(rules, now),
      }
    },
  }
}

async function countAlerts({ alerts }: StatusParts['store']): Promise<DaemonStatus['alerts']> {
  const counts = await alerts.deliveryCounts()
  const count = (state: DeliveryState): number =>
    counts.filter((one) => one.state === state).reduce((sum, one) => sum + one.count, 0)
  return { waiting: count('waiting'), dead: count('dead') }
}

function liveLeader({ schedule }: StatusParts['store']) {
  return findLiveLeader({ schedule, now: systemClock.now(), processState: stateOfProcess })
}

async function readExplicit(
  loaded: LoadedConfig,
  providers: readonly Provider[],
): Promise<readonly KnownStack[]> {
  const stacks = loaded.config.repositories.map((repository) =>
    explicitKnownStacks({ loaded, repository, providers }),
  )
  return (await Promise.all(stacks)).flat()
}
