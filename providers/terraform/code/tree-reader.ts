import { posix } from 'node:path'
import { namesIn } from '../../../src/lib/sorted-files.js'
import type { Tree } from '../../../src/scan/provider.js'
import type { FolderReader } from './module-tree.js'

/** Reads folders of a tree; paths are relative to its root, `.` for the root. */
export function createTreeReader(tree: Tree): FolderReader {
  return {
    listFiles: async (folder) => namesIn(tree.files, posix.normalize(folder)),
    readText: (path) => tree.readText(posix.normalize(path)),
  }
}
