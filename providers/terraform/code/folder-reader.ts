import { readdir, readFile, stat } from 'node:fs/promises'
import type { FolderReader } from './module-tree.js'

/** No configuration file is larger; a larger one is left to the engine. */
const MAX_FILE_BYTES = 16 * 1024 * 1024

/** Reads folders of the disk; what cannot be read counts as not there. */
export const diskReader: FolderReader = {
  async listFiles(folder) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name)
  },
  async readText(path) {
    const found = await stat(path).catch(() => null)
    if (!found?.isFile() || found.size > MAX_FILE_BYTES) return null
    return readFile(path, 'utf8').catch(() => null)
  },
}
