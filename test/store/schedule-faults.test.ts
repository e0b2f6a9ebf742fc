import { chmodSync, chownSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { killGroup } from '../../src/lib/process-group.js'
import { identifyProcess, stateOfProcess } from '../../src/lib/process-identity.js'
import { guardDatabase } from '../../src/store/guarded-database.js'
import { createKyselyQueue } from '../../src/store/kysely-queue.js'
import { createKyselyScheduleStore } from '../../src/store/kysely-schedule-store.js'
import { openStore } from '../../src/store/open-store.js'
import { WritingSqliteDialect } from '../../src/store/sqlite-dialect.js'
import { sqlitePlace } from '../../src/store/store-place.js'
import type { Tables } from '../../src/store/tables.js'
import { at, buildClaim, buildQueued } from '../contracts/queued-scans.js'
import { startProgram } from '../lib/programs/child.js'
import { asNobody, tempFolder } from '../lib/temp-folder.js'

const NOW = '2026-11-24T10:05:00.000Z'

describe('a scan whose process was killed', () => {
  it('is stored as interrupted by whoever comes next, who is told of the engine that still runs', async () => {
    const path = join(tempFolder(), 'driftd.db')
    const daemon = await startProgram('hold-scan', path)
    const engine = Number(daemon.firstLine)
    const store = await openStore(`sqlite:${path}`)
    const request = { now: NOW, fence: null, processState: stateOfProcess }
    try {
      expect(await store.schedule.recover(request)).toEqual([])
      await daemon.kill()
      const leftovers = await store.schedule.leftovers(request)
      const scans = await store.schedule.recover(request)
      expect(scans.map(({ stack, error }) => [stack, error?.code, error?.phase])).toEqual([
        ['prod/network', 'INTERRUPTED', 'plan'],
      ])
      expect(leftovers).toEqual([{ scan: '01J1', phase: 'plan', leader: identifyProcess(engine) }])
      expect((await store.stackStates(['prod/network']))[0]?.lastScan).toEqual(scans[0])
    } finally {
      killGroup(engine)
      await daemon.kill()
      await store.close()
    }
  })
})

describe('the queue and the lead on a store that cannot be written', () => {
  it('lose nothing while another program holds it, and go on when it has ended', async () => {
    const path = await madeStore()
    const store = await openStore(`sqlite:${path}`, { lockTimeoutMs: 200 })
    const other = new Database(path)
    other.exec('begin immediate')
    const locked = { code: 'STORE_LOCKED' }
    await expect(store.queue.enqueue([buildQueued('2', { slot: at(0) })])).rejects.toMatchObject(locked)
    await expect(store.queue.claim(buildClaim())).rejects.toMatchObject(locked)
    await expect(store.schedule.takeLead(lead())).rejects.toMatchObject(locked)
    expect(await store.queue.depth(NOW)).toMatchObject({ waiting: 1 })
    other.close()
    expect(await store.queue.enqueue([buildQueued('2', { slot: at(0) })])).toEqual([
      { status: 'queued', id: '2' },
    ])
    expect((await store.schedule.takeLead(lead())).status).toBe('leading')
    await store.close()
  })

  it('say DISK_FULL, and keep half of nothing', async () => {
    const path = await madeStore()
    const { queue, schedule, close } = openWithoutSpace(path)
    const many = Array.from({ length: 3_000 }, (_, index) => buildQueued(`many-${index}`, { slot: at(0) }))
    const full = { code: 'DISK_FULL' }
    await expect(queue.enqueue(many)).rejects.toMatchObject(full)
    expect(await queue.depth(NOW)).toEqual({ waiting: 1, running: 0, oldestQueuedAt: at(0) })
    const changes = many.map(({ stack }) => ({ stack, lastSlot: at(0) }))
    await expect(schedule.saveStackSchedules(changes, null)).rejects.toMatchObject(full)
    expect((await schedule.stackSchedules(['stack-many-0']))[0]?.lastSlot).toBeNull()
    // what needs no room still works: the daemon can go on with what waits
    expect(await queue.claim(buildClaim())).toHaveLength(1)
    await close()
    const store = await openStore(`sqlite:${path}`)
    expect(await store.queue.enqueue(many.slice(0, 1))).toEqual([{ status: 'queued', id: 'many-0' }])
    await store.close()
  })

  it('are refused from the start on a file that may only be read', async () => {
    const path = await madeStore()
    chmodSync(path, 0o444)
    chmodSync(join(path, '..'), 0o555)
    if (process.getuid?.() === 0) chownSync(path, 65534, 65534)
    await asNobody(async () => {
      await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({
        code: 'STORE_UNREADABLE',
        message: expect.stringContaining(path),
      })
    })
    chmodSync(join(path, '..'), 0o755)
  })
})

function lead() {
  return { owner: identifyProcess(), now: at(0), leaseUntil: at(15), processState: stateOfProcess }
}

/** A store in which one scan waits, closed. */
async function madeStore(): Promise<string> {
  const path = join(tempFolder(), 'driftd.db')
  const store = await openStore(`sqlite:${path}`)
  await store.queue.enqueue([buildQueued('1')])
  await store.close()
  return path
}

/** On a connection that may not let the file grow: SQLite then says what it says on a full disk. */
function openWithoutSpace(path: string) {
  const database = new Database(path)
  database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true }))}`)
  const db = new Kysely<Tables>({ dialect: new WritingSqliteDialect(database) })
  const guarded = guardDatabase({ db, place: sqlitePlace(path), lockTimeoutMs: 200 })
  return {
    queue: createKyselyQueue(guarded),
    schedule: createKyselyScheduleStore(guarded),
    close: () => db.destroy(),
  }
}
