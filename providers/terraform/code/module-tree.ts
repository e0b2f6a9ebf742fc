import { posix } from 'node:path'
import type { FileFacts } from './file-facts.js'
import { readFileFacts } from './hcl-facts.js'

/** Reads folders of code: those of a disk, or of a tree in Git. */
export interface FolderReader {
  /** Names of the files in one folder, without those below; empty where there is no such folder. */
  listFiles(folder: string): Promise<readonly string[]>
  /** Null where the file cannot be read as text. */
  readText(path: string): Promise<string | null>
}

/** One configuration file. */
export interface ConfigurationFile {
  readonly path: string
  readonly text: string
  /** Null where the file does not parse. */
  readonly facts: FileFacts | null
}

/** One module whose code lies in the tree. */
export interface Module {
  readonly folder: string
  readonly files: readonly ConfigurationFile[]
}

/** Deeper nesting than any real estate has; it ends modules that call each other in a ring under ever new paths. */
const MAX_MODULES = 1_000

/**
 * The root module and every local module below it, the root first. Paths are those of the reader. What the files say is
 * kept in `cacheFolder`, where one is given.
 */
export async function readModules(
  reader: FolderReader,
  rootFolder: string,
  cacheFolder?: string,
): Promise<readonly Module[]> {
  const modules = new Map<string, Module>()
  const waiting = [posix.normalize(rootFolder)]
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    if (modules.has(folder) || modules.size >= MAX_MODULES) continue
    const module = await readModule(reader, folder, cacheFolder)
    modules.set(folder, module)
    waiting.push(...localCalls(module))
  }
  return [...modules.values()]
}

/** True for a file that Terraform or OpenTofu reads as configuration (Terraform's documentation, "Files and Directories"). */
export function isConfigurationFile(name: string): boolean {
  return /\.(tf|tofu)(\.json)?$/.test(name) && !/^[.#]|~$/.test(name)
}

/** True for a module source that is a folder of the same tree. */
export function isLocalSource(source: string): boolean {
  return /^\.{1,2}(\/|$)/.test(source)
}

async function readModule(reader: FolderReader, folder: string, cacheFolder?: string): Promise<Module> {
  const names = (await reader.listFiles(folder)).filter(isConfigurationFile)
  const files: ConfigurationFile[] = []
  for (const name of inMergeOrder(names)) {
    const path = posix.join(folder, name)
    const text = await reader.readText(path)
    if (text !== null) files.push({ path, text, facts: await readFileFacts(name, text, cacheFolder) })
  }
  return { folder, files }
}

/** Override files are merged last (Terraform's documentation, "Override Files"). */
function inMergeOrder(names: readonly string[]): readonly string[] {
  const isOverride = (name: string): boolean => /^(.*_)?override\.(tf|tofu)(\.json)?$/.test(name)
  const sorted = [...names].sort()
  return [...sorted.filter((name) => !isOverride(name)), ...sorted.filter(isOverride)]
}

function localCalls(module: Module): readonly string[] {
  return module.files
    .flatMap((file) => file.facts?.moduleCalls ?? [])
    .filter((call) => isLocalSource(call.source))
    .map((call) => posix.join(module.folder, call.source))
}
