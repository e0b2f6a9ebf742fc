import { posix } from 'node:path'
import type { Stack } from '../domain/stack.js'
import { filesAt, filesBelow, hasFile } from '../lib/sorted-files.js'
import type { Provider, Tree } from './provider.js'

/**
 * Every file that a stack depends on, sorted: what its provider says, and what symbolic links among it lead to. A link to
 * a folder counts with all that is below its target, for every stack that has a file beside or below it.
 */
export async function listInputFiles(
  provider: Pick<Provider, 'inputs'>,
  stack: Stack,
  tree: Tree,
): Promise<readonly string[]> {
  const own = (await provider.inputs(stack, tree)).toSorted((a, b) => (a < b ? -1 : 1))
  const found = new Set(own)
  for (const [link, target] of tree.links ?? []) {
    const isFolder = !hasFile(tree.files, link)
    if (isFolder ? isBeside(link, stack, own) : found.has(link))
      for (const file of filesAt(tree.files, target)) found.add(file)
  }
  return [...found].sort()
}

function isBeside(link: string, { path }: Stack, own: readonly string[]): boolean {
  const folder = posix.dirname(link)
  if (folder === '.' || path === folder || path.startsWith(`${folder}/`)) return true
  return filesBelow(own, folder).length > 0
}
