import { Kysely, PostgresAdapter, PostgresDialect, sql } from 'kysely'
import { migrateToLatest, readSchemaState, type SchemaState, tooNewError } from './migrate.js'
import { createPostgresPool } from './postgres-pool.js'
import { retryWhileBusy } from './retry-while-busy.js'
import { foreignError, toStoreError } from './store-error.js'
import { postgresPlace } from './store-place.js'
import type { Tables } from './tables.js'
import { TextCollationPlugin } from './text-collation-plugin.js'

/** A PostgreSQL database to open. */
export interface PostgresRequest {
  readonly url: string
  /** How long to wait for other programs. */
  readonly lockTimeoutMs: number
}

const STATEMENT_TIMEOUT_MS = 30_000
/** Any number that no other program takes for its advisory lock: 'driftd' as bytes. */
const MIGRATION_LOCK = 0x6472_6966_7464n

/**
 * Opens a database of PostgreSQL, its tables made or brought up to this program where that is needed; they are in the
 * first schema of its search path. Throws STORE_UNREACHABLE, STORE_LOCKED, STORE_TOO_NEW, STORE_UNREADABLE, DISK_FULL.
 */
export async function openPostgres(request: PostgresRequest): Promise<Kysely<Tables>> {
  const place = postgresPlace(request.url)
  const db = connect(request, STATEMENT_TIMEOUT_MS)
  try {
    const state = await readSchemaState(db, tablesOf)
    if (state === 'newer') throw tooNewError(place)
    if (state === 'foreign') throw foreignError(place)
    if (state === 'older') await migrate(request)
    return db
  } catch (error) {
    await db.destroy()
    throw toStoreError(place, error)
  }
}

/** What a look at a database shows, without changing it. */
export interface PostgresInspection {
  /** `15.18` and the like. */
  readonly version: string
  /** Null where there is no table at all. */
  readonly state: SchemaState | null
}

/** Looks at a database without making tables. Throws as `openPostgres`. */
export async function inspectPostgres(request: PostgresRequest): Promise<PostgresInspection> {
  const db = connect(request, STATEMENT_TIMEOUT_MS)
  try {
    const tables = await tablesOf(db)
    const { rows } = await sql<{ server_version: string }>`show server_version`.execute(db)
    const [version = ''] = (rows[0]?.server_version ?? '').split(' ')
    return { version, state: tables.length === 0 ? null : await readSchemaState(db, tablesOf) }
  } catch (error) {
    throw toStoreError(postgresPlace(request.url), error)
  } finally {
    await db.destroy()
  }
}

/** On a connection of its own, where statements may take as long as they need. */
async function migrate(request: PostgresRequest): Promise<void> {
  const db = connect(request, null)
  try {
    const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db)
    const migrating = db.withPlugin(new TextCollationPlugin())
    const place = postgresPlace(request.url)
    await retryWhileBusy(request.lockTimeoutMs, async () =>
      migrateToLatest(migrating, { place, tablesOf, schema: rows[0]?.schema ?? 'public' }),
    )
  } finally {
    await db.destroy()
  }
}

function connect({ url, lockTimeoutMs }: PostgresRequest, statementTimeoutMs: number | null): Kysely<Tables> {
  const pool = createPostgresPool({ url, lockTimeoutMs, statementTimeoutMs })
  return new Kysely<Tables>({ dialect: new BoundedPostgresDialect({ pool }) })
}

async function tablesOf(db: Kysely<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name::text as name from information_schema.tables where table_schema = current_schema()
  `.execute(db)
  return rows.map(({ name }) => name)
}

class BoundedPostgresDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new BoundedPostgresAdapter()
  }
}

/** Waits for another migration as long as for any lock, not for an hour. */
class BoundedPostgresAdapter extends PostgresAdapter {
  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`select pg_advisory_lock(${sql.lit(MIGRATION_LOCK)})`.execute(db)
  }

  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`select pg_advisory_unlock(${sql.lit(MIGRATION_LOCK)})`.execute(db)
  }
}
