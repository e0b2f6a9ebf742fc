import { join } from 'node:path'
import { type OpenedStore, openStore } from '../../src/store/open-store.js'
import { tempFolder } from '../lib/temp-folder.js'

/** An empty SQLite store that can be opened several times, as by several processes. */
export function sharedSqlite() {
  return sharedStore(`sqlite:${join(tempFolder(), 'driftd.db')}`)
}

/** A store that is opened several times and closed at once. */
export function sharedStore(url: string) {
  const stores: OpenedStore[] = []
  return {
    async open() {
      const store = await openStore(url)
      stores.push(store)
      return store
    },
    close: async () => {
      for (const store of stores) await store.close()
    },
  }
}
