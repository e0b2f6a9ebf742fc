import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import { createRedactor } from '../../../src/lib/redact.js'
import type { DetectRequest } from '../../../src/scan/provider.js'
import { isStateInCheckout } from '../code/backend.js'
import { diskReader } from '../code/folder-reader.js'
import { readHclValues } from '../code/hcl-facts.js'
import { type Place, readPlace } from '../code/place.js'
import { LOCK_FILE } from '../code/provider-lock.js'
import type { TerraformOptions } from '../options.js'
import { findEngine } from './engine.js'
import type { EngineSession } from './engine-session.js'
import { terraformEnvironment } from './environment.js'
import { collectKnownSecrets } from './known-secrets.js'
import { openStackFolder } from './stack-folder.js'

/** Everything that one scan of one stack works with. */
export interface Workplace {
  readonly request: DetectRequest<TerraformOptions>
  readonly place: Place
  /** Runs commands in the stack's own folder. */
  readonly session: EngineSession
  /** TF_DATA_DIR. */
  readonly workingFolder: string
  readonly pluginCacheFolder: string
  /** Text of the stack's own lock file; null where it has none. */
  readonly lockFile: string | null
  /** Absolute. */
  readonly varFiles: readonly string[]
  /** Every variable and variable file by content, for comparing. Holds secrets. */
  readonly variables: readonly string[]
}

/**
 * Finds folder, code, workspace, backend and engine of a stack; nothing is written but folders of driftd's own.
 * Throws what `openStackFolder` and `findEngine` throw, and LOCAL_STATE_IN_CHECKOUT.
 */
export async function openWorkplace(request: DetectRequest<TerraformOptions>): Promise<Workplace> {
  const { checkout, stack, env, cacheFolder, dataFolder, signal, onEngine } = request
  const { options } = stack
  const folder = await openStackFolder(checkout, stack.path)
  const place = await readPlace({ folder, options, env, isInPlace: checkout.mode === 'in-place' })
  checkState(place, request)
  const workingFolder = join(dataFolder, 'terraform')
  const pluginCacheFolder = resolve(folder, env.TF_PLUGIN_CACHE_DIR || join(cacheFolder, 'plugins'))
  await mkdir(workingFolder, { recursive: true, mode: 0o700 })
  const varFiles = options.varFiles.map((file) => resolve(folder, file))
  const variableFiles = await readVariableFiles(folder, varFiles)
  const engineEnv = terraformEnvironment({
    env,
    dataFolder: workingFolder,
    pluginCacheFolder,
    gogc: options.gogc,
  })
  const engine = await findEngine({ engine: options.engine, env: engineEnv, folder, cacheFolder, signal })
  const secrets = collectKnownSecrets({
    variables: place.configuration.sensitiveVariables,
    env,
    vars: options.vars,
    files: variableFiles.map((file) => file.values),
  })
  const redactor = createRedactor([...request.secrets, ...secrets])
  return {
    request,
    place,
    session: { engine, folder, shownFolder: folder, env: engineEnv, signal, onEngine, scrub: redactor.text },
    workingFolder,
    pluginCacheFolder,
    lockFile: await readFile(join(folder, LOCK_FILE), 'utf8').catch(() => null),
    varFiles,
    variables: [
      ...Object.entries(env).flatMap(([name, value]) =>
        name.startsWith('TF_VAR_') ? [`${name}=${value}`] : [],
      ),
      ...options.vars,
      ...variableFiles.map((file) => file.text),
    ],
  }
}

/** A checkout has no state beside the code: planning there would call everything new. */
function checkState(place: Place, request: DetectRequest): void {
  if (request.checkout.mode !== 'worktree' || !isStateInCheckout(place.backend, place.workspace)) return
  throw new DriftError(
    'LOCAL_STATE_IN_CHECKOUT',
    `the stack ${request.stack.path} keeps its state in a file beside the code (${place.backend.localPath}), which a checkout does not have: give it a remote backend or an absolute path, or scan the folder in place`,
  )
}

interface VariableFile {
  readonly text: string
  readonly values: NonNullable<Awaited<ReturnType<typeof readHclValues>>>
}

/** The files that Terraform reads variables from: its own by name, then those that were named. */
async function readVariableFiles(folder: string, named: readonly string[]): Promise<readonly VariableFile[]> {
  const names = (await diskReader.listFiles(folder)).filter((name) =>
    /^terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$/.test(name),
  )
  const paths = [...names.sort().map((name) => join(folder, name)), ...named]
  return Promise.all(
    paths.map(async (path) => {
      const text = (await diskReader.readText(path)) ?? ''
      return { text, values: (await readHclValues(path, text)) ?? {} }
    }),
  )
}
