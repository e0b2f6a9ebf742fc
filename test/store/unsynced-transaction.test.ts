import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/store/open-sqlite.js'
import type { Tables } from '../../src/store/tables.js'
import { unsyncedTransaction } from '../../src/store/unsynced-transaction.js'
import { tempFolder } from '../lib/temp-folder.js'

// the numbers of SQLite's documentation, "PRAGMA synchronous"
const NORMAL = 1
const FULL = 2

describe('unsyncedTransaction', () => {
  it('does not wait for the disk, but whoever comes next does', () =>
    withDatabase(async (db) => {
      expect(await synchronous(db)).toBe(FULL)
      expect(await unsyncedTransaction(db, synchronous)).toBe(NORMAL)
      expect(await synchronous(db)).toBe(FULL)
    }))

  it('takes back what was done before it failed, and then waits again', () =>
    withDatabase(async (db) => {
      const failing = unsyncedTransaction(db, async (transaction) => {
        await transaction.insertInto('setting').values({ name: 'half', value: 'done' }).execute()
        throw new Error('no further')
      })
      await expect(failing).rejects.toThrow('no further')
      expect(await synchronous(db)).toBe(FULL)
      expect(await db.selectFrom('setting').selectAll().where('name', '=', 'half').execute()).toEqual([])
    }))

  it('keeps to itself while others want the store at the same time', () =>
    withDatabase(async (db) => {
      const both = await Promise.all([
        unsyncedTransaction(db, synchronous),
        db.transaction().execute(synchronous),
        unsyncedTransaction(db, synchronous),
        db.transaction().execute(synchronous),
      ])
      expect(both).toEqual([NORMAL, FULL, NORMAL, FULL])
    }))
})

async function withDatabase(use: (db: Kysely<Tables>) => Promise<void>): Promise<void> {
  const db = await openSqlite({ path: join(tempFolder(), 'driftd.db'), lockTimeoutMs: 1_000 })
  try {
    await use(db)
  } finally {
    await db.destroy()
  }
}

async function synchronous(db: Kysely<Tables>): Promise<number | undefined> {
  const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(db)
  return rows[0]?.synchronous
}
