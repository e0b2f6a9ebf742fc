import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WritingSqliteDialect } from '../../src/store/sqlite-dialect.js'
import { tempFolder } from '../lib/temp-folder.js'

describe('WritingSqliteDialect', () => {
  it('takes the write lock when a transaction begins', async () => {
    const { db, path } = openDatabase()
    const other = new Database(path, { timeout: 0 })
    onTestFinished(() => {
      other.close()
    })
    await db.transaction().execute(async () => {
      expect(() => other.exec('begin immediate')).toThrow('locked')
    })
    other.exec('begin immediate')
  })

  it('lets migrations run in one transaction', () => {
    expect(openDatabase().db.getExecutor().adapter.supportsTransactionalDdl).toBe(true)
  })

  it('rolls back what fails', async () => {
    const { db } = openDatabase()
    const failed = db.transaction().execute(async (transaction) => {
      await sql`create table t (id text)`.execute(transaction)
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    await expect(sql`select * from t`.execute(db)).rejects.toThrow('no such table')
  })

  it('tells why it failed where SQLite rolled back by itself, as on a full disk', async () => {
    const { db, database } = openDatabase()
    const failed = db.transaction().execute(async () => {
      database.exec('rollback')
      throw new Error('disk is full')
    })
    await expect(failed).rejects.toThrow('disk is full')
  })
})

function openDatabase(): {
  readonly db: Kysely<unknown>
  readonly database: Database.Database
  readonly path: string
} {
  const path = join(tempFolder(), 'a.db')
  const database = new Database(path)
  const db = new Kysely<unknown>({ dialect: new WritingSqliteDialect(database) })
  onTestFinished(() => db.destroy())
  return { db, database, path }
}
