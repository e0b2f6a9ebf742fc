import { posix } from 'node:path'
import type { DiscoveredStack, Tree } from '../../../src/scan/provider.js'
import { decideBackend, isStateInCheckout } from './backend.js'
import type { FileFacts } from './file-facts.js'
import { isConfigurationFile, isLocalSource, type Module, readModules } from './module-tree.js'
import { LOCK_FILE } from './provider-lock.js'
import { createTreeReader } from './tree-reader.js'

const VAR_FILE = /\.tfvars(?:\.json)?$/
const LOADED_BY_ITSELF = /(?:^|\/)(?:terraform\.tfvars|[^/]*\.auto\.tfvars)(?:\.json)?$/
const MAX_HINTED = 5
const LOCAL_STATE =
  'no remote backend was found: a commit has no state file, and its scan fails; give it a backend, or scan it by terradiff'

/**
 * The root modules of a tree: folders of code that name a backend, configure a provider or have a lock file, and that
 * no other folder uses as its module; also one that does not parse. Sorted by path.
 */
export async function discoverRootModules(tree: Tree): Promise<readonly DiscoveredStack[]> {
  const reader = createTreeReader(tree)
  const files = new Set(tree.files)
  const folders = new Set(tree.files.filter(isCode).map((file) => posix.dirname(file)))
  const used = new Set<string>()
  const roots: Module[] = []
  for (const folder of [...folders].sort()) {
    const [module] = await readModules(reader, folder)
    if (module === undefined) continue
    for (const callee of callees(module)) used.add(callee)
    if (files.has(posix.join(folder, LOCK_FILE)) || mayBeRoot(module)) roots.push(module)
  }
  const varFiles = varFilesByFolder(tree.files, folders)
  return roots
    .filter(({ folder }) => !used.has(folder))
    .map((module) => {
      const { folder } = module
      const hints = hintsFor(module, varFiles.get(folder) ?? [])
      return { provider: 'terraform', path: folder, options: {}, hints }
    })
}

/** Which variable files a stack wants, and where its state is to be, only people know. */
function hintsFor(module: Module, varFiles: readonly string[]): readonly string[] {
  const names = varFiles.slice(0, MAX_HINTED).map((file) => posix.relative(module.folder, file))
  return [
    ...(names.length > 0 ? [`varFiles: ${JSON.stringify(names)}   # found; name those that hold`] : []),
    ...(keepsStateBesideCode(module) ? [LOCAL_STATE] : []),
  ]
}

/** What does not parse may name a backend. */
function keepsStateBesideCode(module: Module): boolean {
  if (module.files.some((file) => file.facts === null)) return false
  const block = factsOf(module)
    .map((facts) => facts.backend)
    .findLast((backend) => backend !== null)
  return isStateInCheckout(
    decideBackend({ block: block ?? null, overrides: {}, remembered: null }),
    'default',
  )
}

/** The variable files that Terraform loads only when it is told to, by the folder of code they are in or below. */
function varFilesByFolder(
  files: readonly string[],
  folders: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const file of files.filter((name) => VAR_FILE.test(name) && !LOADED_BY_ITSELF.test(name))) {
    const own = posix.dirname(file)
    const folder = folders.has(own) ? own : posix.dirname(own)
    found.set(folder, [...(found.get(folder) ?? []), file])
  }
  return found
}

function isCode(file: string): boolean {
  return isConfigurationFile(posix.basename(file)) && !file.split('/').includes('.terraform')
}

/** What does not parse may be a root module: better a scan that says so than a stack that nobody misses. */
function mayBeRoot(module: Module): boolean {
  return module.files.some((file) => file.facts === null) || factsOf(module).some(isRootFact)
}

function isRootFact(facts: FileFacts): boolean {
  return facts.backend !== null || facts.hasProviderBlock
}

function factsOf(module: Module): readonly FileFacts[] {
  return module.files.flatMap((file) => (file.facts ? [file.facts] : []))
}

function callees(module: Module): readonly string[] {
  return factsOf(module)
    .flatMap((facts) => facts.moduleCalls)
    .filter((call) => isLocalSource(call.source))
    .map((call) => posix.join(module.folder, call.source))
}
