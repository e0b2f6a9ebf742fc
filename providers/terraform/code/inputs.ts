import { posix } from 'node:path'
import type { Stack } from '../../../src/domain/stack.js'
import { filesAt, hasFile, namesIn } from '../../../src/lib/sorted-files.js'
import type { Tree } from '../../../src/scan/provider.js'
import type { TerraformOptions } from '../options.js'
import { type Module, readModules } from './module-tree.js'
import { LOCK_FILE } from './provider-lock.js'
import { createTreeReader } from './tree-reader.js'

/**
 * Every file of a tree that a stack depends on, sorted: the code of the root module and of every local module below
 * it, the lock file, variable files, backend settings, and the files and folders that the code names by a literal path.
 * Where a path is put together from values, everything below its literal beginning counts.
 */
export async function listInputs(stack: Stack<TerraformOptions>, tree: Tree): Promise<readonly string[]> {
  const root = posix.normalize(stack.path)
  const modules = await readModules(createTreeReader(tree), root)
  const exact = new Set([
    ...modules.flatMap((module) => module.files.map((file) => file.path)),
    posix.join(root, LOCK_FILE),
    ...[...stack.options.varFiles, ...stack.options.backendConfig].map((file) => posix.join(root, file)),
  ])
  const references = modules.flatMap((module) => referencesOf(module, root))
  const automatic = namesIn(tree.files, root).filter(isAutomaticVariableFile)
  const found = new Set([
    ...[...exact].filter((file) => hasFile(tree.files, file)),
    ...automatic.map((name) => posix.join(root, name)),
    ...references.flatMap((path) => filesAt(tree.files, path)),
  ])
  return [...found].sort()
}

/** `"${path.module}/files/a.json"`, up to the first value that is put in. */
const PATH_REFERENCE = /\$\{\s*path\.(module|root|cwd)\s*\}\/([^"$\n]*)(["$]|$)/gm
/** `file("a.json")`: relative to where Terraform runs, which is the root module. */
const FUNCTION_REFERENCE = /\b(?:file\w*|templatefile)\(\s*"([^"$\n]+)(["$])/g

function referencesOf(module: Module, root: string): readonly string[] {
  return module.files.flatMap(({ text }) => [
    ...[...text.matchAll(PATH_REFERENCE)].map(([, base, path = '', end]) =>
      posix.join(base === 'module' ? module.folder : root, literalPart(path, end)),
    ),
    ...[...text.matchAll(FUNCTION_REFERENCE)].map(([, path = '', end]) =>
      posix.join(root, literalPart(path, end)),
    ),
  ])
}

/** The path itself, or the folder in which it begins where a value follows. Without a slash at its end. */
function literalPart(path: string, end: string | undefined): string {
  const literal = end === '$' ? path.slice(0, path.lastIndexOf('/') + 1) : path
  return literal.replace(/\/+$/, '')
}

function isAutomaticVariableFile(name: string): boolean {
  return /^terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$/.test(name)
}
