import { posix } from 'node:path'
import type { DiscoveredStack, Tree } from '../../src/scan/provider.js'
import type { FileFacts } from './hcl-facts.js'
import { isConfigurationFile, isLocalSource, type Module, readModules } from './module-tree.js'
import { LOCK_FILE } from './provider-lock.js'
import { createTreeReader } from './tree-reader.js'

/**
 * The root modules of a tree: folders of code that name a backend, configure a provider or have a lock file, and that
 * no other folder uses as its module. Sorted by path.
 */
export async function discoverRootModules(tree: Tree): Promise<readonly DiscoveredStack[]> {
  const reader = createTreeReader(tree)
  const folders = new Set(tree.files.filter(isCode).map((file) => posix.dirname(file)))
  const used = new Set<string>()
  const roots: string[] = []
  for (const folder of [...folders].sort()) {
    const [module] = await readModules(reader, folder)
    if (module === undefined) continue
    for (const callee of callees(module)) used.add(callee)
    if (tree.files.includes(posix.join(folder, LOCK_FILE)) || factsOf(module).some(isRootFact))
      roots.push(folder)
  }
  return roots
    .filter((folder) => !used.has(folder))
    .map((folder) => ({ provider: 'terraform', path: folder, options: {} }))
}

function isCode(file: string): boolean {
  return isConfigurationFile(posix.basename(file)) && !file.split('/').includes('.terraform')
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
