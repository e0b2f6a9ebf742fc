import { join, resolve } from 'node:path'
import { ulid } from 'ulid'
import { providers } from '../providers/index.js'
import { channelKinds } from './alert/index.js'
import { type ConfigProblem, formatProblem } from './config/config-problem.js'
import { findConfigFile } from './config/find-config-file.js'
import { joinRepositories } from './config/join-repositories.js'
import { configJsonSchema } from './config/json-schema.js'
import { type LoadedConfig, type LoadResult, loadConfig } from './config/load-config.js'
import { notYetActedOn } from './config/not-yet-acted-on.js'
import { createConfigSchema } from './config/schema.js'
import { toSeverityRules } from './config/severity-rules.js'
import { storeUrl } from './config/store-url.js'
import { DriftError } from './domain/errors.js'
import type { Scan } from './domain/scan.js'
import { type StackStatus, toStackStatus } from './domain/stack-status.js'
import { forgeOptions } from './forge/index.js'
import { systemClock } from './lib/clock.js'
import { loadKey } from './lib/key-file.js'
import { wipeAbandonedScratch } from './lib/private-folder.js'
import { identifyProcess } from './lib/process-identity.js'
import { machineAdmission } from './scan/admission.js'
import type { Variables } from './scan/environment.js'
import { createLearnedMemory } from './scan/learned-memory.js'
import type { Provider } from './scan/provider.js'
import { scanFoldersIn } from './scan/scan-folders.js'
import type { ScanTools, Watcher } from './scan/scan-job.js'
import { createScanJournal } from './scan/scan-journal.js'
import { type JoinedStacks, type ScanOutcome, scanRepositories } from './scan/scan-repositories.js'
import type { OpenedStore } from './store/open-store.js'
import type { FoundRecord, Store } from './store/store.js'
import { createTrackedRepository, explicitKnownStacks, type TrackedRepository } from './tracked-repository.js'

export { providers } from '../providers/index.js'
export { describePlace } from '../providers/terraform/describe-place.js'
export { givenPlanProvider } from '../providers/terraform/given-plan.js'
export { channelKinds } from './alert/index.js'

/** driftd over one configuration: what the command line, and later the daemon, drive. */
export interface App {
  /** Scans the stacks whose names match, or all. Throws STACK_UNKNOWN. */
  scan(patterns: readonly string[], watcher: Watcher): Promise<ScanOutcome>
  /** Every stack as its last scan left it, sorted by name. Reads the store only. */
  status(): Promise<readonly StackStatus[]>
  /** A stack by its name, or records by the beginning of their id. Throws STACK_UNKNOWN, RECORD_UNKNOWN. */
  find(what: string): Promise<Found>
  close(): Promise<void>
}

/** What `find` found. */
export type Found =
  | { readonly type: 'stack'; readonly scan: Scan }
  | { readonly type: 'records'; readonly records: readonly FoundRecord[] }

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
  for (const warning of notYetActedOn(loaded.config)) request.onWarning(warning)
  // loaded only here: a one-shot comparison has no store, and its libraries take a quarter of a second
  const { dataFolderOf, openStore } = await import('./store/open-store.js')
  const url = await storeUrl(loaded, request.env)
  const dataFolder = dataFolderOf(url, loaded.folder)
  const store = await openStore(url)
  const sources = loaded.config.repositories.map((repository) =>
    createTrackedRepository({
      loaded,
      repository,
      providers,
      store,
      drift: store.drift,
      dataFolder,
      env: request.env,
    }),
  )
  const app: App = {
    async scan(patterns, watcher) {
      const tools = await configuredTools({ loaded, store, dataFolder }, request, watcher)
      const { signal } = watcher
      return scanRepositories(
        sources,
        { patterns, signal, join: (opened, isComplete) => joinStacks(loaded, opened, isComplete) },
        tools,
      )
    },
    status: () => readStatus(loaded, store),
    find: (what) => find(store, what),
    close: () => store.close(),
  }
  return { ok: true, app }
}

/** All problems of a configuration, or where it is and what of it this version does not act on. */
export async function validateConfig(
  configFile: string | null,
  cwd: string,
): Promise<
  | { readonly ok: true; readonly file: string; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }
> {
  const loaded = await loadConfigFile(configFile, cwd)
  return loaded.ok ? { ok: true, file: loaded.file, warnings: notYetActedOn(loaded.config) } : loaded
}

/** JSON Schema of driftd.yaml, as indented text. */
export function configJsonSchemaText(): string {
  return JSON.stringify(
    configJsonSchema(createConfigSchema({ providers, channels: channelKinds, forges: forgeOptions })),
    null,
    2,
  )
}

/** Reads a configuration: null is driftd.yaml in `cwd`, then its parents. Throws CONFIG_NOT_FOUND. */
export async function loadConfigFile(configFile: string | null, cwd: string): Promise<LoadResult> {
  const file = configFile === null ? await findConfigFile(cwd) : resolve(cwd, configFile)
  return loadConfig(file, {
    schema: createConfigSchema({ providers, channels: channelKinds, forges: forgeOptions }),
  })
}

function joinStacks(
  loaded: LoadedConfig,
  opened: readonly TrackedRepository[],
  isComplete: boolean,
): JoinedStacks {
  const { stacks, problems } = joinRepositories(
    loaded,
    opened.map(({ resolved }) => resolved),
    isComplete,
  )
  return { stacks: stacks.map(({ stack }) => stack), problems: problems.map(formatProblem) }
}

interface Memory {
  readonly loaded: LoadedConfig
  readonly store: OpenedStore
  /** Caches, keys, mirrors. */
  readonly dataFolder: string
}

async function configuredTools(memory: Memory, request: AppRequest, watcher: Watcher): Promise<ScanTools> {
  const folders = scanFoldersIn(memory.dataFolder)
  await wipeAbandonedScratch(folders.scratch)
  const path = request.env.DRIFTD_KEY_FILE || join(memory.dataFolder, 'key')
  const { key, keyId, warning } = await loadKey({ path, expectedKeyId: await memory.store.keyId() })
  await memory.store.saveKeyId(keyId)
  if (warning !== null) request.onWarning(warning)
  return {
    clock: systemClock,
    admission: machineAdmission(request.env, memory.loaded.config.concurrency.slots),
    learnedMemory: createLearnedMemory({ schedule: memory.store.schedule, fence: null }),
    folders,
    key,
    severityRules: toSeverityRules(memory.loaded.config.severity),
    store: memory.store,
    journal: createScanJournal({
      schedule: memory.store.schedule,
      fence: null,
      owner: identifyProcess(),
      identify: identifyProcess,
    }),
    newId: ulid,
    onEvent: watcher.onEvent,
  }
}

async function readStatus(loaded: LoadedConfig, store: Store): Promise<readonly StackStatus[]> {
  const explicit = await Promise.all(
    loaded.config.repositories.map((repository) => explicitKnownStacks({ loaded, repository, providers })),
  )
  const found = await store.knownStacks(loaded.config.repositories.map(({ name }) => name))
  const byName = new Map([...found, ...explicit.flat()].map((stack) => [stack.name, stack]))
  const stacks = [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const summaries = await store.stackSummaries(stacks.map(({ name }) => name))
  const nowMs = systemClock.now().getTime()
  return stacks.map((stack, index) => toStackStatus(stack, summaries[index] ?? null, nowMs))
}

async function find(store: Store, what: string): Promise<Found> {
  const [state] = await store.stackStates([what])
  if (state?.lastScan) return { type: 'stack', scan: state.lastScan }
  const records = await store.findRecords(what)
  if (records.length > 0) return { type: 'records', records }
  throw new DriftError(
    'RECORD_UNKNOWN',
    `no scanned stack is named "${what}", and no record of the last scans has an id that begins so; ` +
      '`driftd status` lists the stacks, `driftd scan` scans them',
  )
}

/** The provider of that name. Throws INTERNAL where the list has none. */
export function providerNamed(name: string): Provider {
  const provider = providers.find((candidate) => candidate.name === name)
  if (provider === undefined) throw new DriftError('INTERNAL', `there is no provider named ${name}`)
  return provider
}
