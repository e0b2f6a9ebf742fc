import { realpath } from 'node:fs/promises'
import type { OpenCheckout, Repository } from './repository.js'

/** A folder that is no Git repository: scanned where it is, and nothing in it is touched. */
export function createFolderRepository(path: string): Repository {
  return {
    mode: 'in-place',
    history: null,
    memory: null,
    branches: null,
    trackedBranch: async () => null,
    latestCommit: async () => null,
    fetchTip: async () => null,
    async checkout(): Promise<OpenCheckout> {
      const root = await realpath(path)
      return {
        root,
        commit: null,
        mode: 'in-place',
        removedLinks: [],
        unsigned: null,
        release: async () => {},
      }
    },
  }
}
