import { resolve } from 'node:path'
import type { JsonValue } from '../../../src/domain/record.js'
import type { TerraformOptions } from '../options.js'
import { type Backend, decideBackend } from './backend.js'
import { type Configuration, describeConfiguration } from './configuration.js'
import { type FolderMemory, NO_MEMORY, readFolderMemory } from './folder-memory.js'
import { diskReader } from './folder-reader.js'
import { readHclValues } from './hcl-facts.js'
import { readModules } from './module-tree.js'
import { decideWorkspace } from './workspace.js'

/** Which folder is meant, and how. */
export interface PlaceRequest {
  /** Absolute. */
  readonly folder: string
  readonly options: TerraformOptions
  readonly env: Readonly<Record<string, string>>
  /** The folder is the user's own, whose `.terraform` counts. */
  readonly isInPlace: boolean
}

/** Where a stack's code, state and workspace are. */
export interface Place {
  readonly folder: string
  readonly configuration: Configuration
  readonly workspace: string
  readonly backend: Backend
  readonly memory: FolderMemory
  /** `-backend-config` as the engine takes it: absolute files and `key=value`. */
  readonly backendConfig: readonly string[]
  /** The same, files by content. */
  readonly backendSettings: readonly string[]
}

/**
 * Finds out which workspace and which backend a scan of a folder uses: what was named, else what the folder's own
 * `.terraform` remembers (product.md, Whose Terraform). Runs nothing.
 */
export async function readPlace(request: PlaceRequest): Promise<Place> {
  const { folder, options, env, isInPlace } = request
  const configuration = describeConfiguration(await readModules(diskReader, folder))
  const memory = isInPlace ? await readFolderMemory(folder, env) : NO_MEMORY
  const backendConfig = options.backendConfig.map((setting) => absoluteSetting(folder, setting))
  const settings = await Promise.all(backendConfig.map(readSetting))
  const remembered = backendConfig.length === 0 ? memory.backend : null
  return {
    folder,
    configuration,
    workspace: decideWorkspace({
      option: options.workspace,
      variable: env.TF_WORKSPACE,
      remembered: memory.workspace,
    }),
    backend: decideBackend({
      block: configuration.backend,
      overrides: Object.assign({}, ...settings.map((setting) => setting.values)),
      remembered,
    }),
    memory: { ...memory, backend: remembered, backendFile: remembered === null ? null : memory.backendFile },
    backendConfig,
    backendSettings: settings.map((setting) => setting.text),
  }
}

/** A file may stand beside the code; `key=value` stays as it is. */
function absoluteSetting(folder: string, setting: string): string {
  return isPair(setting) ? setting : resolve(folder, setting)
}

async function readSetting(
  setting: string,
): Promise<{ readonly text: string; readonly values: Readonly<Record<string, JsonValue>> }> {
  if (isPair(setting)) {
    const at = setting.indexOf('=')
    return { text: setting, values: { [setting.slice(0, at)]: setting.slice(at + 1) } }
  }
  const text = (await diskReader.readText(setting)) ?? ''
  return { text, values: (await readHclValues(setting, text)) ?? {} }
}

/** As Terraform tells them apart: a file name has no `=` in it. */
function isPair(setting: string): boolean {
  return /^[^=/]+=/.test(setting)
}
