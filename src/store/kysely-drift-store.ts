import type { Transaction } from 'kysely'
import type { DriftStore } from './drift-store.js'
import type { GuardedDatabase } from './guarded-database.js'
import { readIgnoreRules, replaceIgnoreRules } from './ignore-rules.js'
import { inChunks } from './in-chunks.js'
import {
  countOpenDrift,
  findDriftsById,
  readDriftsOf,
  readEventsAfter,
  readEventsOf,
  readPastScans,
} from './read-drift.js'
import type { Tables } from './tables.js'
import { changeOneDrift } from './write-drift.js'

/** Drift on a database that Kysely speaks to; what a scan changes of it is written by `insertScan`. */
export function createKyselyDriftStore({ db, guard }: GuardedDatabase): DriftStore {
  const write = <T>(run: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> =>
    guard(() => db.transaction().execute(run))
  return {
    drifts: (stacks) => guard(() => inChunks(stacks, (some) => readDriftsOf(db, some))),
    findDrifts: (idPrefix) => guard(() => findDriftsById(db, idPrefix)),
    countOpenDrift: () => guard(() => countOpenDrift(db)),
    eventsAfter: (id, limit) => guard(() => readEventsAfter(db, id, limit)),
    eventsOf: (stack, limit) => guard(() => readEventsOf(db, stack, limit)),
    pastScans: (stack, limit) => guard(() => readPastScans(db, stack, limit)),
    changeDrift: (stack, fingerprint, decide) =>
      write((transaction) => changeOneDrift(transaction, { stack, fingerprint }, decide)),
    saveIgnoreRules: (repository, rules, now) =>
      write((transaction) => replaceIgnoreRules(transaction, repository, { rules, now })),
    ignoreRules: (repositories) => guard(() => readIgnoreRules(db, repositories)),
  }
}
