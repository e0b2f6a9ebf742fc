import { resolve } from 'node:path'
import { providers } from '../providers/index.js'
import { channelKinds } from './alert/index.js'
import type { AlertsDesk } from './compose/alerts-desk.js'
import {
  type AcknowledgeWish,
  acknowledgeRecord,
  type Found,
  findOneRecord,
  findStackOrRecords,
  readHistory,
  userName,
} from './compose/drift-records.js'
import { type IgnoreOutcome, type IgnoreWish, ignoreRecord } from './compose/ignore-record.js'
import { createStatusReader } from './compose/read-status.js'
import type { Remediation } from './compose/remediation.js'
import { recoverByHand, scanThroughDaemon } from './compose/scan-through-daemon.js'
import { createScanTools } from './compose/scan-tools.js'
import type { ServeRequest } from './compose/serve-daemon.js'
import { createTrackedRepository, joinTracked } from './compose/tracked-repository.js'
import type { ConfigProblem } from './config/config-problem.js'
import { findConfigFile } from './config/find-config-file.js'
import { configJsonSchema } from './config/json-schema.js'
import { type LoadResult, loadConfig } from './config/load-config.js'
import { createConfigSchema } from './config/schema.js'
import { storeUrl } from './config/store-url.js'
import type { DaemonStatus } from './domain/daemon-status.js'
import type { Drift } from './domain/drift.js'
import { DriftError } from './domain/errors.js'
import type { StackHistory } from './domain/history.js'
import type { StackStatus } from './domain/stack-status.js'
import { createEngineAccounts } from './engine-host/engine-accounts.js'
import { engineHostCommand } from './engine-host/engine-host-command.js'
import { forges } from './forge/index.js'
import { createLogger } from './lib/logger.js'
import { createRedactor } from './lib/redact.js'
import type { Variables } from './scan/environment.js'
import type { Provider } from './scan/provider.js'
import type { Watcher } from './scan/scan-job.js'
import { type ScanOutcome, scanRepositories } from './scan/scan-repositories.js'
import type { KnownIgnoreRule } from './store/drift-store.js'

export { providers } from '../providers/index.js'
export { describePlace } from '../providers/terraform/describe-place.js'
export { givenPlanProvider } from '../providers/terraform/given-plan.js'
export { channelKinds } from './alert/index.js'

/** driftd over one configuration: what the command line drives. */
export interface App {
  /** Scans the stacks whose names match, or all; where a daemon leads, it does. Throws STACK_UNKNOWN. */
  scan(patterns: readonly string[], watcher: Watcher): Promise<ScanOutcome>
  /** Runs the daemon until it is told to stop. Throws LISTEN_FAILED and the errors of the store. */
  serve(request: ServeRequest): Promise<void>
  /** Every stack as its last scan left it, sorted by name. Reads the store only. */
  status(): Promise<readonly StackStatus[]>
  /** Whether a daemon leads, and how deep its queue is. */
  daemonStatus(): Promise<DaemonStatus>
  /** Channels, messages to them, and what they would be told. */
  alerts(): Promise<AlertsDesk>
  /** A stack by its name, or records by the beginning of their id. Throws RECORD_UNKNOWN. */
  find(what: string): Promise<Found>
  /** What happened in the newest scans of a stack. Throws STACK_UNKNOWN. */
  history(stack: string, scanCount: number): Promise<StackHistory>
  /** Acknowledges a drift until its content changes. Throws RECORD_UNKNOWN, RECORD_AMBIGUOUS, DRIFT_NOT_OPEN. */
  acknowledge(wish: AcknowledgeWish): Promise<Drift>
  /** Writes a rule that accepts a record into a working copy. Throws RECORD_UNKNOWN, RECORD_AMBIGUOUS, CONFIG_INVALID. */
  ignore(wish: RecordIgnoreWish): Promise<IgnoreOutcome>
  /** The ignore rules of all repositories, as last read. */
  ignoreRules(): Promise<readonly KnownIgnoreRule[]>
  /** Everything about putting drift right. */
  remediation(): Promise<Remediation>
  close(): Promise<void>
}

/** What a person wants to have ignored. */
export interface RecordIgnoreWish extends Pick<IgnoreWish, 'reason' | 'until' | 'folder'> {
  readonly idPrefix: string
  /** Null: whoever runs driftd. */
  readonly owner: string | null
}

/** What an app is built from. */
export interface AppRequest {
  /** Null: driftd.yaml in `cwd`, then its parents. */
  readonly configFile: string | null
  readonly cwd: string
  readonly env: Variables
  onWarning(message: string): void
}

/** The app, or every problem of its configuration. */
export type AppResult =
  | { readonly ok: true; readonly app: App }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/**
 * Builds every concrete part once. Throws CONFIG_NOT_FOUND, KEY_MISSING, PERMISSION_DENIED, and the errors of a
 * store: STORE_CORRUPT, STORE_LOCKED, STORE_TOO_NEW, STORE_UNREADABLE, STORE_UNREACHABLE.
 */
export async function createApp(request: AppRequest): Promise<AppResult> {
  const loaded = await loadConfigFile(request.configFile, request.cwd)
  if (!loaded.ok) return loaded
  // loaded only here: a one-shot comparison has no store, and its libraries take a quarter of a second
  const { dataFolderOf, openStore } = await import('./store/open-store.js')
  const url = await storeUrl(loaded, request.env)
  const dataFolder = dataFolderOf(url, loaded.folder)
  const store = await openStore(url)
  const accounts = createEngineAccounts({ dataFolder, host: engineHostCommand(), path: request.env.PATH })
  const sources = loaded.config.repositories.map((repository) =>
    createTrackedRepository({
      loaded,
      repository,
      providers,
      store,
      drift: store.drift,
      dataFolder,
      env: request.env,
      accounts,
    }),
  )
  const status = createStatusReader({ loaded, providers, store })
  const app: App = {
    async scan(patterns, watcher) {
      const asked = await scanThroughDaemon({ status, store }, patterns, watcher)
      if (asked !== null) return asked
      const { env, onWarning } = request
      const { signal, onEvent } = watcher
      await recoverByHand(store.schedule, onWarning)
      const tools = await createScanTools({ loaded, store, dataFolder, env, fence: null, onEvent, onWarning })
      return scanRepositories(
        sources,
        { patterns, signal, join: (opened, isComplete) => joinTracked(loaded, opened, isComplete) },
        tools,
      )
    },
    async serve(serveRequest) {
      // loaded only here: nothing else needs a server
      const { serveDaemon } = await import('./compose/serve-daemon.js')
      const { env } = request
      const loadAgain = () => loadConfigFile(loaded.file, request.cwd)
      await serveDaemon({ loaded, store, storeUrl: url, dataFolder, env, providers, loadAgain }, serveRequest)
    },
    status: () => status.stacks(),
    daemonStatus: () => status.daemon(),
    find: async (what) => findStackOrRecords(store, what, await status.knownNames()),
    history: async (stack, scanCount) =>
      readHistory(store, { stack, scanCount, configured: await status.knownNames() }),
    acknowledge: (wish) => acknowledgeRecord(store, wish),
    ignore: async (wish) => {
      const { record, scan } = await findOneRecord(store, wish.idPrefix)
      const owner = wish.owner ?? userName()
      const place = { repository: scan.repository ?? '', stack: scan.stack }
      return ignoreRecord({ loaded, providers, env: request.env }, { ...wish, ...place, record, owner })
    },
    ignoreRules: () => store.drift.ignoreRules(loaded.config.repositories.map(({ name }) => name)),
    async alerts() {
      // loaded only here: few commands speak to channels
      const { createAlertsDesk } = await import('./compose/alerts-desk.js')
      const log = createLogger({ verbosity: 'normal', redactor: createRedactor([]) })
      return createAlertsDesk({ loaded, store, providers, env: request.env, log })
    },
    async remediation() {
      // loaded only here: few commands need it
      const { createRemediation } = await import('./compose/remediation.js')
      const { env, onWarning } = request
      const isAlone = async () => (await status.daemon()).daemon === null
      const shared = { loaded, store, storeUrl: url, dataFolder, env, providers, forges, accounts }
      return createRemediation({ ...shared, isAlone, onWarning })
    },
    close: () => store.close(),
  }
  return { ok: true, app }
}

/** All problems of a configuration, or where it is. */
export async function validateConfig(
  configFile: string | null,
  cwd: string,
): Promise<
  | { readonly ok: true; readonly file: string }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }
> {
  const loaded = await loadConfigFile(configFile, cwd)
  return loaded.ok ? { ok: true, file: loaded.file } : loaded
}

/** JSON Schema of driftd.yaml, as indented text. */
export function configJsonSchemaText(): string {
  return JSON.stringify(
    configJsonSchema(createConfigSchema({ providers, channels: channelKinds, forges })),
    null,
    2,
  )
}

/** Reads a configuration: null is driftd.yaml in `cwd`, then its parents. Throws CONFIG_NOT_FOUND. */
export async function loadConfigFile(configFile: string | null, cwd: string): Promise<LoadResult> {
  const file = configFile === null ? await findConfigFile(cwd) : resolve(cwd, configFile)
  return loadConfig(file, {
    schema: createConfigSchema({ providers, channels: channelKinds, forges }),
  })
}

/** The provider of that name. Throws INTERNAL where the list has none. */
export function providerNamed(name: string): Provider {
  const provider = providers.find((candidate) => candidate.name === name)
  if (provider === undefined) throw new DriftError('INTERNAL', `there is no provider named ${name}`)
  return provider
}
