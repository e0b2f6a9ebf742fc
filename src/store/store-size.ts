import { sql } from 'kysely'
import type { GuardedDatabase } from './guarded-database.js'

/** How many bytes a database takes: the pages of a SQLite file, or what PostgreSQL says of its own. */
export async function readStoreSize({ db, guard }: GuardedDatabase, isPostgres: boolean): Promise<number> {
  const query = isPostgres
    ? sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
    : sql<{ bytes: number }>`select page_count * page_size as bytes from pragma_page_count, pragma_page_size`
  const { rows } = await guard(() => query.execute(db))
  return Number(rows[0]?.bytes ?? 0)
}
