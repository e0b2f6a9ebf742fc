import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { DriftError } from '../domain/errors.js'
import { scansMigration } from './migrations/0001-scans.js'
import { driftMigration } from './migrations/0002-drift.js'
import { scheduleMigration } from './migrations/0003-schedule.js'
import { alertsMigration } from './migrations/0004-alerts.js'
import { remediationMigration } from './migrations/0005-remediation.js'
import type { StorePlace } from './store-place.js'
import type { Tables } from './tables.js'

/** Every migration, in the order of their names. One that was released is never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-scans': scansMigration,
  '0002-drift': driftMigration,
  '0003-schedule': scheduleMigration,
  '0004-alerts': alertsMigration,
  '0005-remediation': remediationMigration,
}

/** How the tables of a store stand to this program. */
export type SchemaState = 'current' | 'older' | 'newer' | 'foreign'

/** The names of the tables that are there: every database has its own way to ask. */
export type ListTables = (db: Kysely<Tables>) => Promise<readonly string[]>

/** The store to be brought up. */
export interface Migrating {
  readonly place: StorePlace
  readonly tablesOf: ListTables
  /** Where a database has several: the one that the tables are in. */
  readonly schema?: string
}

/**
 * Compares the migrations a store has had with those of this program. `foreign`: a database with tables, but
 * none of driftd's.
 */
export async function readSchemaState(db: Kysely<Tables>, tablesOf: ListTables): Promise<SchemaState> {
  const tables = await tablesOf(db)
  if (!tables.includes('kysely_migration')) return tables.length === 0 ? 'older' : 'foreign'
  const done = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return compareMigrations(done.rows.map((row) => row.name))
}

/** Brings the tables of a store up to this program, in one transaction. Throws STORE_TOO_NEW for a newer store. */
export async function migrateToLatest(db: Kysely<Tables>, migrating: Migrating): Promise<void> {
  const { place, tablesOf, schema } = migrating
  if ((await readSchemaState(db, tablesOf)) === 'newer') throw tooNewError(place)
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

/** The refusal of a store that a newer driftd wrote. */
export function tooNewError(place: StorePlace): DriftError {
  return new DriftError(
    'STORE_TOO_NEW',
    `the store ${place.name} was written by a newer driftd: use that version, or name another store`,
  )
}

function compareMigrations(done: readonly string[]): SchemaState {
  if (done.some((name) => !(name in MIGRATIONS))) return 'newer'
  return Object.keys(MIGRATIONS).every((name) => done.includes(name)) ? 'current' : 'older'
}
