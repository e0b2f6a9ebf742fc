import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { dataFolderOf, openStore, sqlitePath } from '../../src/store/open-store.js'
import { describeDriftStore } from '../contracts/drift-store-contract.js'
import { describeRetention } from '../contracts/retention-contract.js'
import { describeStore } from '../contracts/store-contract.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { tempFolder } from '../lib/temp-folder.js'

describeDriftStore('SQLite', () => openStore(`sqlite:${join(tempFolder(), 'driftd.db')}`))
describeRetention('SQLite', () => openStore(`sqlite:${join(tempFolder(), 'driftd.db')}`))
describeStore('SQLite', () => openStore(`sqlite:${join(tempFolder(), 'driftd.db')}`))

describe('openStore', () => {
  it('makes file and folder private, relative to the base folder', async () => {
    const baseFolder = tempFolder()
    const store = await openStore('sqlite:.driftd/driftd.db', { baseFolder })
    const folder = join(baseFolder, '.driftd')
    await store.saveScan({ scan: buildScan(), nextBaseline: null })
    expect(modeOf(folder)).toBe(0o700)
    expect(readdirSync(folder).map((name) => modeOf(join(folder, name)))).toEqual(
      readdirSync(folder).map(() => 0o600),
    )
    await store.close()
  })

  it('leaves the rights of a folder that was there', async () => {
    const folder = join(tempFolder(), 'shared')
    mkdirSync(folder)
    chmodSync(folder, 0o755)
    await (await openStore(`sqlite:${join(folder, 'a.db')}`)).close()
    expect(modeOf(folder)).toBe(0o755)
  })

  it('writes ahead, so that readers never wait', async () => {
    const path = await madeStore()
    const database = new Database(path)
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
    database.close()
  })

  it.each([
    'mysql://driftd:hunter2@db/driftd',
    'postgres://driftd:hunter2@[nowhere/driftd',
    '/var/lib/x.db',
    'sqlite:',
    'sqlite::memory:',
  ])('refuses %s without telling passwords', async (url) => {
    const refused = openStore(url)
    await expect(refused).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
    await expect(refused).rejects.not.toThrow('hunter2')
  })

  it('gives two programs that begin at once one store', async () => {
    const url = `sqlite:${join(tempFolder(), 'new', 'a.db')}`
    const stores = await Promise.all([1, 2, 3, 4].map(() => openStore(url)))
    await Promise.all(
      stores.map((store, index) =>
        store.saveScan({ scan: buildScan({ id: `01J${index}`, stack: `s${index}` }), nextBaseline: null }),
      ),
    )
    const states = await stores[0]?.stackStates(['s0', 's1', 's2', 's3'])
    expect(states?.map((state) => state.lastScan?.id)).toEqual(['01J0', '01J1', '01J2', '01J3'])
    await Promise.all(stores.map((store) => store.close()))
  })

  it('brings an older store up, once for several programs', async () => {
    const path = await madeStore()
    const database = new Database(path)
    database.pragma('foreign_keys = OFF')
    for (const table of tablesOf(database)) {
      database.exec(table === 'kysely_migration' ? `delete from ${table}` : `drop table ${table}`)
    }
    database.close()
    const stores = await Promise.all([1, 2, 3].map(() => openStore(`sqlite:${path}`)))
    for (const store of stores) expect(await store.keyId()).toBeNull()
    await stores[0]?.saveScan({ scan: buildScan(), nextBaseline: null })
    await Promise.all(stores.map((store) => store.close()))
  })

  it('reads while another program writes', async () => {
    const path = await madeStore()
    const writer = new Database(path)
    writer.exec(`begin immediate; insert into setting values ('x', 'y')`)
    const reader = await openStore(`sqlite:${path}`)
    expect((await reader.stackSummaries(['prod/network']))[0]?.status).toBe('in-sync')
    writer.close()
    await reader.close()
  })
})

describe('sqlitePath', () => {
  it.each([
    ['sqlite:.driftd/driftd.db', '/base/.driftd/driftd.db'],
    ['sqlite:/var/lib/driftd.db', '/var/lib/driftd.db'],
    ['sqlite:///var/lib/driftd.db', '/var/lib/driftd.db'],
  ])('of %s is %s', (url, path) => {
    expect(sqlitePath(url, '/base')).toBe(path)
  })
})

describe('dataFolderOf', () => {
  it.each([
    ['sqlite:.driftd/driftd.db', '/base/.driftd'],
    ['sqlite:/var/lib/driftd/driftd.db', '/var/lib/driftd'],
    ['postgres://driftd:hunter2@db/driftd', '/base/.driftd'],
  ])('of %s is %s', (url, folder) => {
    expect(dataFolderOf(url, '/base')).toBe(folder)
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

function tablesOf(database: Database.Database): readonly string[] {
  const rows = database.prepare(`select name from sqlite_master where type = 'table'`).all()
  return rows.map((row) => (row as { name: string }).name)
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}
