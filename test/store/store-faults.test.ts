import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { guardDatabase } from '../../src/store/guarded-database.js'
import { createKyselyStore } from '../../src/store/kysely-store.js'
import { openStore } from '../../src/store/open-store.js'
import { WritingSqliteDialect } from '../../src/store/sqlite-dialect.js'
import type { Store } from '../../src/store/store.js'
import { sqlitePlace } from '../../src/store/store-place.js'
import type { Tables } from '../../src/store/tables.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { startProgram } from '../lib/programs/child.js'
import { asNobody, tempFolder } from '../lib/temp-folder.js'

describe('a store that cannot be used', () => {
  it('is locked: waits, then says STORE_LOCKED and loses nothing', async () => {
    const path = await madeStore()
    const store = await openStore(`sqlite:${path}`, { lockTimeoutMs: 200 })
    const other = new Database(path)
    other.exec('begin immediate')
    const scan = buildScan({ id: '01J2', stack: 'second' })
    await expect(store.saveScan({ scan, nextBaseline: null })).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(path),
    })
    const waiting = (await openStore(`sqlite:${path}`)).saveScan({ scan, nextBaseline: null })
    other.exec('rollback')
    await waiting
    expect((await store.stackStates(['second']))[0]?.lastScan?.id).toBe('01J2')
    other.close()
    await store.close()
  })

  it('is locked against reading when it is opened', async () => {
    const path = await madeStore()
    const other = new Database(path)
    other.pragma('locking_mode = EXCLUSIVE')
    other.exec('begin exclusive')
    await expect(openStore(`sqlite:${path}`, { lockTimeoutMs: 200 })).rejects.toMatchObject({
      code: 'STORE_LOCKED',
    })
    other.close()
  })

  it('was written by a newer driftd', async () => {
    const path = await madeStore()
    const database = new Database(path)
    database.exec(`insert into kysely_migration values ('9999-future', '2030-01-01T00:00:00.000Z')`)
    database.close()
    await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({ code: 'STORE_TOO_NEW' })
  })

  it('is the database of somebody else', async () => {
    const path = join(tempFolder(), 'a.db')
    const database = new Database(path)
    database.exec('create table customers (id)')
    database.close()
    await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
    expect(tablesOf(path)).toEqual(['customers'])
  })

  it.each([
    ['text', (path: string) => writeFileSync(path, 'hello, this is no database '.repeat(50))],
    ['empty', (path: string) => truncateSync(path, 0)],
    ['cut short', (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2))],
    ['overwritten in the middle', overwritePages],
  ])('is %s: STORE_CORRUPT, and left as it is', async (_, damage) => {
    const path = await madeStore()
    damage(path)
    const before = readFileSync(path)
    await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringMatching(/no backup is beside it: restore one/),
    })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('is gone while its journal is still there', async () => {
    const path = await madeStore()
    writeFileSync(`${path}-wal`, 'left')
    rmSync(path)
    await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
    expect(existsSync(path)).toBe(false)
  })

  it('has a row that does not parse', async () => {
    const path = await madeStore()
    const database = new Database(path)
    database.exec(`update scan set phases = '[{"name":"dance"}]'`)
    database.close()
    const store = await openStore(`sqlite:${path}`)
    await expect(store.stackStates(['prod/network'])).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
    await store.close()
  })

  it('is in a folder where nothing may be written', async () => {
    const folder = tempFolder()
    chmodSync(folder, 0o555)
    const path = join(folder, 'sub', 'a.db')
    await asNobody(async () => {
      await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({
        code: 'STORE_UNREADABLE',
        message: expect.stringContaining(path),
      })
    })
  })

  it('is below a file', async () => {
    const file = join(tempFolder(), 'file')
    writeFileSync(file, '')
    await expect(openStore(`sqlite:${join(file, 'a.db')}`)).rejects.toMatchObject({
      code: 'STORE_UNREADABLE',
    })
  })

  it('is full: DISK_FULL, and what was there stays', async () => {
    const path = await madeStore()
    const store = openWithoutSpace(path)
    const records = Array.from({ length: 2_000 }, () => buildRecord({ detail: 'x'.repeat(1_000) }))
    const scan = buildScan({ id: '01J2', stack: 'second', records })
    await expect(store.saveScan({ scan, nextBaseline: null })).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect((await store.stackStates(['second', 'prod/network'])).map((state) => state.lastScan?.id)).toEqual([
      undefined,
      buildScan().id,
    ])
    await store.close()
  })
})

describe('a store whose writer is killed', () => {
  it('holds every scan that was acknowledged, whole, however often', async () => {
    const path = join(tempFolder(), 'a.db')
    for (let round = 0; round < 3; round++) {
      const writer = await startProgram('write-scans', path, String(round))
      onTestFinished(() => writer.kill())
      await writer.kill()
      const store = await openStore(`sqlite:${path}`)
      const [state] = await store.stackStates([`round-${round}`])
      expect(Number(state?.lastScan?.id)).toBeGreaterThanOrEqual(Number(writer.firstLine))
      expect(state?.lastScan?.records).toHaveLength(300)
      await store.close()
    }
  })

  it('can be read from a copy of its files at any moment', async () => {
    const path = await madeStore()
    const store = await openStore(`sqlite:${path}`)
    await store.saveScan({ scan: buildScan({ id: '01J2', stack: 'second' }), nextBaseline: null })
    const copy = join(tempFolder(), 'copy.db')
    for (const ending of ['', '-wal']) cpSync(`${path}${ending}`, `${copy}${ending}`)
    const copied = await openStore(`sqlite:${copy}`)
    expect((await copied.stackStates(['second']))[0]?.lastScan?.id).toBe('01J2')
    await copied.close()
    await store.close()
  })

  it('begins anew where it was killed while making the store', async () => {
    const path = join(tempFolder(), 'a.db')
    writeFileSync(`${path}.new`, 'half')
    writeFileSync(`${path}.new-wal`, 'half')
    const store = await openStore(`sqlite:${path}`)
    expect(await store.keyId()).toBeNull()
    await store.close()
    expect(readdirSync(join(path, '..')).sort()).toEqual(['a.db', 'a.db.lock'])
  })
})

/** A store with one scan, closed. */
async function madeStore(): Promise<string> {
  const path = join(tempFolder(), 'a.db')
  const store = await openStore(`sqlite:${path}`)
  await store.saveScan({ scan: buildScan({ records: [buildRecord()] }), nextBaseline: null })
  await store.close()
  return path
}

function overwritePages(path: string): void {
  const bytes = readFileSync(path)
  bytes.fill(0xaa, 4096, 4096 * 6)
  writeFileSync(path, bytes)
}

/** The store on a connection that may not let the file grow: SQLite then says what it says on a full disk. */
function openWithoutSpace(path: string): Store {
  const database = new Database(path)
  const pages = Number(database.pragma('page_count', { simple: true }))
  database.pragma(`max_page_count = ${pages}`)
  const db = new Kysely<Tables>({ dialect: new WritingSqliteDialect(database) })
  return createKyselyStore(guardDatabase({ db, place: sqlitePlace(path), lockTimeoutMs: 200 }))
}

function tablesOf(path: string): readonly string[] {
  const database = new Database(path)
  const rows = database.prepare(`select name from sqlite_master where type = 'table'`).all()
  database.close()
  return rows.map((row) => (row as { name: string }).name)
}
