import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { ulid } from 'ulid'
import { optionsSchema } from '../config/stack-entry.js'
import { DriftError } from '../domain/errors.js'
import type { Scan } from '../domain/scan.js'
import type { Stack } from '../domain/stack.js'
import { DEFAULT_MIN_COVERAGE } from '../domain/verdict.js'
import { systemClock } from '../lib/clock.js'
import { defaultKeyPath, loadKey } from '../lib/key-file.js'
import { wipeAbandonedScratch } from '../lib/private-folder.js'
import { machineAdmission } from '../scan/admission.js'
import { buildOneShotEnvironment, type Variables } from '../scan/environment.js'
import type { Checkout, Provider } from '../scan/provider.js'
import { scanFoldersIn } from '../scan/scan-folders.js'
import type { ScanTools, Watcher } from '../scan/scan-job.js'
import { scanStack } from '../scan/scan-stack.js'

/** One comparison without configuration: `terradiff` and `ansiblediff`. */
export interface OneShot {
  readonly provider: Provider
  /** Absolute: the folder or playbook that names the comparison in fingerprints. */
  readonly name: string
  /** Absolute working directory of the engine. */
  readonly folder: string
  /** What the provider's options schema gave. */
  readonly options: unknown
  readonly timeoutMs: number
  readonly minCoverage?: number
  /** The caller names a Terraform workspace, so that TF_WORKSPACE may not choose another. */
  readonly isWorkspaceNamed: boolean
}

/** Compares one folder with reality, without memory; caches live in the user's cache folder. Never throws for a failed scan. */
export async function compareOnce(oneShot: OneShot, env: Variables, watcher: Watcher): Promise<Scan> {
  const tools = await oneShotTools(env, watcher)
  const checkout = inPlaceCheckout(oneShot.folder)
  const { env: engineEnv, warnings } = buildOneShotEnvironment(env, oneShot.isWorkspaceNamed)
  const job = {
    stack: oneShotStack(oneShot, checkout),
    provider: oneShot.provider,
    openCheckout: async () => checkout,
    engineEnvironment: async () => ({ env: engineEnv, secrets: [], warnings }),
    signal: watcher.signal,
    following: null,
  }
  return scanStack(job, tools)
}

async function oneShotTools(env: Variables, watcher: Watcher): Promise<ScanTools> {
  const root = join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'driftd')
  const folders = scanFoldersIn(root)
  await wipeAbandonedScratch(folders.scratch)
  const { key } = await loadKey({ path: defaultKeyPath(env), expectedKeyId: null })
  return {
    clock: systemClock,
    admission: machineAdmission(env),
    folders,
    key,
    severityRules: [],
    store: null,
    journal: null,
    newId: ulid,
    onEvent: watcher.onEvent,
  }
}

/** The Git work tree around a folder, so that `../modules` is inside; the folder itself where there is none. */
function inPlaceCheckout(folder: string): Checkout {
  for (let parent = folder; ; parent = dirname(parent)) {
    if (existsSync(join(parent, '.git'))) return { root: parent, commit: null, mode: 'in-place' }
    if (parent === dirname(parent)) return { root: folder, commit: null, mode: 'in-place' }
  }
}

function oneShotStack(oneShot: OneShot, checkout: Checkout): Stack {
  return {
    name: resolve(oneShot.name),
    provider: oneShot.provider.name,
    repository: null,
    path: relative(checkout.root, oneShot.folder) || '.',
    labels: {},
    timeoutMs: oneShot.timeoutMs,
    minCoverage: oneShot.minCoverage ?? DEFAULT_MIN_COVERAGE,
    options: parseOptions(oneShot),
  }
}

/** The options with the provider's defaults. Throws USAGE. */
function parseOptions({ provider, options }: OneShot): unknown {
  const parsed = optionsSchema(provider).safeParse(options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new DriftError(
    'USAGE',
    `${issue?.path.join('.') ?? 'an option'}: ${issue?.message ?? 'is not valid'}`,
  )
}
