import { monotonicFactory } from 'ulid'
import type { AlertDispatcher, DeliveryObserver } from '../alert/alert-dispatcher.js'
import type { SeverityReason } from '../alert/build/message-parts.js'
import type { Channel } from '../alert/channel.js'
import { createDispatcher } from '../alert/dispatch.js'
import type { AlertedStack, DispatchParts } from '../alert/dispatch-parts.js'
import { createChannel } from '../alert/index.js'
import type { TimedMessage } from '../alert/timed-message.js'
import { toAlertPolicy } from '../config/alert-policy.js'
import type { LoadedConfig } from '../config/load-config.js'
import { compileRecordMatch } from '../config/record-matcher.js'
import { resolveSetting } from '../config/resolve-setting.js'
import type { Config } from '../config/schema.js'
import { toSeverityRules } from '../config/severity-rules.js'
import { OWNER_LABEL } from '../config/stack-owners.js'
import { explainSeverity } from '../domain/severity-rule.js'
import { systemClock } from '../lib/clock.js'
import { createHttpClient } from '../lib/http.js'
import type { Logger } from '../lib/logger.js'
import { nextOpening } from '../lib/week-window.js'
import type { Variables } from '../scan/environment.js'
import { createSlotFinder } from '../schedule/slots.js'
import type { OpenedStore } from '../store/open-store.js'
import { createStatusReader, type StatusParts } from './read-status.js'

/** What alerts of a configuration are set up from. */
export interface AlertsSetupRequest extends Pick<StatusParts, 'providers'> {
  readonly loaded: LoadedConfig
  readonly store: OpenedStore
  readonly env: Variables
  readonly log: Logger
}

/** The channels of a configuration. Secrets are read when a message is sent. */
export function createChannels({
  loaded,
  env,
}: Pick<AlertsSetupRequest, 'loaded' | 'env'>): readonly Channel[] {
  const { config, folder } = loaded
  const tools = {
    http: createHttpClient({ env }),
    clock: systemClock,
    folder,
    readSetting: async (setting: Parameters<typeof resolveSetting>[0]) =>
      (await resolveSetting(setting, folder, env)).value,
  }
  return Object.entries(config.alerts.channels).map(([name, entry]) => createChannel(name, entry, tools))
}

/** What deciding who is told what needs under a configuration. */
export function createDispatchParts(request: AlertsSetupRequest): DispatchParts {
  const { loaded, store, log } = request
  const { config } = loaded
  return {
    store: store.alerts,
    drifts: store.drift,
    stacks: stacksReader(request),
    channels: Object.keys(config.alerts.channels),
    policy: toAlertPolicy(config, nextOpening),
    timed: timedMessages(config),
    repositoryUrls: new Map(config.repositories.map(({ name, url }) => [name, url])),
    canRemediate: config.remediation.enabled,
    severityReason: severityReasons(request),
    retentionMs: config.retentionMs,
    clock: systemClock,
    log,
    newId: monotonicFactory(),
  }
}

/** The dispatcher of a configuration; null where it has no channels. */
export function createAlertDispatcher(
  request: AlertsSetupRequest & { readonly observe: DeliveryObserver },
): AlertDispatcher | null {
  const channels = createChannels(request)
  if (channels.length === 0) return null
  const { observe } = request
  return createDispatcher({ ...createDispatchParts(request), channels, random: Math.random, observe })
}

/** Every known stack; of one that driftd.yaml names itself, the owner is known from its repository all the same. */
function stacksReader(request: AlertsSetupRequest): () => Promise<readonly AlertedStack[]> {
  const { loaded, store } = request
  const reader = createStatusReader(request)
  const repositories = loaded.config.repositories.map(({ name }) => name)
  return async () => {
    const found = await store.knownStacks(repositories)
    const owners = new Map(found.map(({ name, labels }) => [name, labels[OWNER_LABEL]]))
    const known = await reader.knownStacks()
    return known.map((stack) => {
      const owner = stack.labels[OWNER_LABEL] ?? owners.get(stack.name)
      return owner === undefined ? stack : { ...stack, labels: { ...stack.labels, [OWNER_LABEL]: owner } }
    })
  }
}

/** By the tables in force: of a record that another table judged nothing is said. */
function severityReasons({ loaded, providers }: AlertsSetupRequest): SeverityReason {
  const own = toSeverityRules(loaded.config.severity)
  const tables = new Map(providers.map(({ name, severityRules }) => [name, [...own, ...severityRules]]))
  return (record, provider) => explainSeverity(record, tables.get(provider) ?? own)
}

function timedMessages({ digest, alerts: { stillAlive } }: Config): readonly TimedMessage[] {
  const findSlots = createSlotFinder()
  const at = ({
    schedule: expression,
    timezone,
  }: {
    readonly schedule: string
    readonly timezone: string
  }) => {
    return (nowMs: number) => findSlots({ expression, timezone }, nowMs).lastMs
  }
  return [
    ...(digest === undefined
      ? []
      : [
          {
            reason: 'digest' as const,
            channels: digest.channels,
            lastSlotMs: at(digest),
            matches: compileRecordMatch(digest.match),
          },
        ]),
    ...(stillAlive === undefined
      ? []
      : [
          {
            reason: 'still-alive' as const,
            channels: stillAlive.channels,
            lastSlotMs: at(stillAlive),
            matches: () => true,
          },
        ]),
  ]
}
