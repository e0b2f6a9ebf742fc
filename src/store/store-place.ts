import { adviseRestore } from './newest-backup.js'
import { describePostgresUrl } from './postgres-url.js'

/** A store as errors speak of it. */
export interface StorePlace {
  /** Path or URL, without a password. */
  readonly name: string
  /** What to do where it is damaged. */
  adviseRestore(): string
}

/** The store in a SQLite file. */
export function sqlitePlace(path: string): StorePlace {
  return { name: path, adviseRestore: () => adviseRestore(path) }
}

/** The store in a database of PostgreSQL. */
export function postgresPlace(url: string): StorePlace {
  return {
    name: describePostgresUrl(url),
    adviseRestore: () => 'restore the database from your dump of it, with no driftd running (docs/store.md)',
  }
}
