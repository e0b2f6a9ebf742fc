import { type Kysely, SqliteAdapter, sql, type Transaction } from 'kysely'
import type { Tables } from './tables.js'

/**
 * A transaction whose commit survives a kill, but is not waited for until it is on the disk: 4 ms in which SQLite holds
 * up everything else. Only for what means nothing after a power cut, such as notes on processes that run. The next
 * commit of any other transaction puts it on the disk as well. On a server it is a transaction as any other.
 */
export function unsyncedTransaction<T>(
  db: Kysely<Tables>,
  run: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  if (!(db.getExecutor().adapter instanceof SqliteAdapter)) return db.transaction().execute(run)
  return db.connection().execute(async (connection) => {
    await sql`pragma synchronous = normal`.execute(connection)
    try {
      return await connection.transaction().execute(run)
    } finally {
      await sql`pragma synchronous = full`.execute(connection)
    }
  })
}
