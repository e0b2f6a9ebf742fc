import { posix } from 'node:path'
import type { Tree } from '../../../src/scan/provider.js'
import type { FolderReader } from './module-tree.js'

/** Reads folders of a tree; paths are relative to its root, `.` for the root. */
export function createTreeReader(tree: Tree): FolderReader {
  const folders = new Map<string, string[]>()
  for (const file of tree.files) {
    const folder = posix.dirname(file)
    const names = folders.get(folder)
    if (names) names.push(posix.basename(file))
    else folders.set(folder, [posix.basename(file)])
  }
  return {
    listFiles: async (folder) => folders.get(posix.normalize(folder)) ?? [],
    readText: (path) => tree.readText(posix.normalize(path)),
  }
}
