import type { GuardedDatabase } from './guarded-database.js'
import { pruneDrift, pruneEvents } from './prune-drift.js'
import { pruneExcessScans, pruneOldScans } from './prune-scans.js'
import type { RetentionStore } from './retention-store.js'

/** Retention on a database that Kysely speaks to. */
export function createKyselyRetentionStore(database: GuardedDatabase): RetentionStore {
  return {
    async *prune(rule) {
      yield* pruneOldScans(database, rule)
      yield* pruneExcessScans(database, rule)
      yield* pruneDrift(database, rule)
      yield* pruneEvents(database, rule)
    },
  }
}
