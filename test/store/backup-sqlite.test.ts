import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { backupSqlite } from '../../src/store/backup-sqlite.js'
import { openStore } from '../../src/store/open-store.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { startProgram } from '../lib/programs/child.js'
import { asNobody, tempFolder } from '../lib/temp-folder.js'

describe('backupSqlite', () => {
  it('copies what was written last, as one private file', async () => {
    const path = await madeStore('01J1')
    const store = await openStore(`sqlite:${path}`)
    await store.saveScan({ scan: buildScan({ id: '01J2', stack: 'second' }), nextBaseline: 'kept' })
    const folder = tempFolder()
    const file = join(folder, 'backup.db')
    const { bytes, stacks } = await backupSqlite({ path, file, isForced: false })
    await store.close()
    expect({ bytes, stacks }).toEqual({ bytes: statSync(file).size, stacks: 2 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['backup.db'])
    const copy = await openStore(`sqlite:${file}`)
    expect((await copy.stackStates(['second']))[0]?.lastScan?.id).toBe('01J2')
    expect(await copy.baseline('second')).toBe('kept')
    await copy.close()
  })

  it('is made while a daemon writes without a pause', async () => {
    const path = join(tempFolder(), 'driftd.db')
    const writer = await startProgram('write-scans', path, '1')
    const file = join(tempFolder(), 'backup.db')
    try {
      await backupSqlite({ path, file, isForced: false })
    } finally {
      await writer.kill()
    }
    const copy = await openStore(`sqlite:${file}`)
    const [state] = await copy.stackStates(['round-1'])
    expect(Number(state?.lastScan?.id)).toBeGreaterThanOrEqual(Number(writer.firstLine))
    expect(state?.lastScan?.records).toHaveLength(300)
    await copy.close()
  })

  it('writes over a file only where it is told to, and never over the store', async () => {
    const path = await madeStore('01J1')
    const file = join(tempFolder(), 'backup.db')
    writeFileSync(file, 'precious')
    const refused = { code: 'FILE_EXISTS' }
    await expect(backupSqlite({ path, file, isForced: false })).rejects.toMatchObject(refused)
    expect(readFileSync(file, 'utf8')).toBe('precious')
    const alias = join(tempFolder(), 'alias')
    symlinkSync(join(path, '..'), alias)
    for (const same of [path, join(alias, 'driftd.db')])
      await expect(backupSqlite({ path, file: same, isForced: true })).rejects.toThrow('the store itself')
    await backupSqlite({ path, file, isForced: true })
    expect(readFileSync(file, 'utf8')).toContain('SQLite format 3')
  })

  it('makes none of a store that is not there, is damaged or is of somebody else', async () => {
    const folder = tempFolder()
    const file = join(folder, 'backup.db')
    const gone = join(tempFolder(), 'gone.db')
    await expect(backupSqlite({ path: gone, file, isForced: false })).rejects.toMatchObject({
      code: 'STORE_UNREADABLE',
      message: expect.stringContaining(gone),
    })
    const damaged = await madeStore('01J1')
    const bytes = readFileSync(damaged)
    bytes.fill(0xaa, 4096 * 3, 4096 * 6)
    writeFileSync(damaged, bytes)
    await expect(backupSqlite({ path: damaged, file, isForced: false })).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining(damaged),
    })
    const foreign = join(tempFolder(), 'foreign.db')
    new Database(foreign).exec('create table customers (id)').close()
    await expect(backupSqlite({ path: foreign, file, isForced: false })).rejects.toMatchObject({
      code: 'STORE_UNREADABLE',
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('says where it cannot write', async () => {
    const path = await madeStore('01J1')
    const nowhere = join(tempFolder(), 'nowhere', 'backup.db')
    await expect(backupSqlite({ path, file: nowhere, isForced: false })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining(nowhere),
    })
    const folder = tempFolder()
    chmodSync(folder, 0o555)
    await asNobody(async () => {
      const file = join(folder, 'backup.db')
      await expect(backupSqlite({ path, file, isForced: false })).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      })
    })
  })
})

describe('a damaged store', () => {
  it('is not opened: the newest backup beside it is named, and the command that restores it works', async () => {
    const path = await madeStore('01J1', "it's driftd")
    const backups = join(path, '..', 'backups')
    mkdirSync(backups)
    const old = join(path, '..', 'old.db')
    const newest = join(backups, 'new.db')
    for (const [file, day] of [
      [old, 1],
      [newest, 2],
    ] as const) {
      await backupSqlite({ path, file, isForced: false })
      utimesSync(file, day * 86_400, day * 86_400)
    }
    writeFileSync(join(backups, 'later.db'), 'no database')
    writeFileSync(`${path}-wal`, 'left from before')
    truncateSync(path, 5_000)
    const damaged = readFileSync(path)
    const error: Error = await openStore(`sqlite:${path}`).then(
      () => expect.fail('it opened'),
      (thrown) => thrown,
    )
    expect(error).toMatchObject({ code: 'STORE_CORRUPT' })
    expect(error.message).toContain(`${newest}, of 1970-01-03T00:00:00.000Z`)
    expect(readFileSync(path).equals(damaged)).toBe(true)
    const command = error.message.slice(error.message.indexOf('mkdir -p'))
    execFileSync('sh', ['-c', command])
    const store = await openStore(`sqlite:${path}`)
    expect((await store.stackStates(['prod/network']))[0]?.lastScan?.id).toBe('01J1')
    await store.close()
    expect(readFileSync(join(path, '..', 'damaged', 'driftd.db')).equals(damaged)).toBe(true)
  })

  it('takes no live store, lock or other database for a backup', async () => {
    const path = await madeStore('01J1')
    const other = join(path, '..', 'other.db')
    const store = await openStore(`sqlite:${other}`)
    new Database(join(path, '..', 'foreign.db')).exec('create table customers (id)').close()
    truncateSync(path, 0)
    await expect(openStore(`sqlite:${path}`)).rejects.toThrow('no backup is beside it')
    await store.close()
  })
})

/** A store with one scan, closed, in a folder of that name. */
async function madeStore(id: string, folderName = 'data'): Promise<string> {
  const path = join(tempFolder(), folderName, 'driftd.db')
  const store = await openStore(`sqlite:${path}`)
  const records = Array.from({ length: 50 }, () => buildRecord({ detail: 'x'.repeat(500) }))
  await store.saveScan({ scan: buildScan({ id, records }), nextBaseline: null })
  await store.close()
  return path
}
