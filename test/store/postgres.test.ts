import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp, loadConfigFile } from '../../src/app.js'
import { checkStore } from '../../src/cli/doctor/check-store.js'
import { inspectPostgres } from '../../src/store/open-postgres.js'
import { type OpenedStore, openStore } from '../../src/store/open-store.js'
import { createPostgresPool } from '../../src/store/postgres-pool.js'
import { describeAlertStore } from '../contracts/alert-store-contract.js'
import { describeDriftStore } from '../contracts/drift-store-contract.js'
import { describeLedger } from '../contracts/ledger-contract.js'
import { describeOutbox } from '../contracts/outbox-contract.js'
import { describeQueue } from '../contracts/queue-contract.js'
import { describeRetention } from '../contracts/retention-contract.js'
import { describeScheduleStore } from '../contracts/schedule-store-contract.js'
import { describeStore } from '../contracts/store-contract.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'
import { hasPostgres, type PostgresServer, startPostgres } from '../helpers/postgres-server.js'
import { storesOn } from '../helpers/postgres-store.js'
import { tempFolder } from '../lib/temp-folder.js'
import { sharedStore } from './shared-sqlite.js'

let server: PostgresServer

describe.runIf(hasPostgres)('on PostgreSQL', () => {
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  const newStore = storesOn(() => server)
  const newShared = async () => sharedStore(await newStore())

  describeStore('PostgreSQL', async () => openStore(await newStore()))
  describeDriftStore('PostgreSQL', async () => openStore(await newStore()))
  describeRetention('PostgreSQL', async () => openStore(await newStore()))
  describeScheduleStore('PostgreSQL', newShared)
  describeAlertStore('PostgreSQL', newShared)
  describeOutbox('PostgreSQL', newShared)
  describeLedger('PostgreSQL', async () => {
    const { open, close } = await newShared()
    return { open: async () => (await open()).ledger, close }
  })
  describeQueue('PostgreSQL', async () => {
    const { open, close } = await newShared()
    return { open: async () => (await open()).queue, close }
  })
  describeLedger('PostgreSQL', async () => {
    const { open, close } = await newShared()
    return { open: async () => (await open()).ledger, close }
  })

  describe('opening', () => {
    it('makes the tables once for several programs that begin at once', async () => {
      const url = await server.newDatabase()
      const stores = await Promise.all([1, 2, 3, 4].map(() => openStore(url)))
      for (const [index, store] of stores.entries()) {
        const scan = buildScan({ id: `01J${index}`, stack: `s${index}` })
        await store.saveScan({ scan, nextBaseline: null })
      }
      const states = await stores[0]?.stackStates(['s0', 's1', 's2', 's3'])
      expect(states?.map((state) => state.lastScan?.id)).toEqual(['01J0', '01J1', '01J2', '01J3'])
      await Promise.all(stores.map((store) => store.close()))
    })

    it('sorts names by their bytes, whatever the language of the database', async () => {
      await withStore(await server.newSchema(), async (store) => {
        const names = ['a-b', 'a.b', 'ab', 'a/b', 'B']
        const stacks = names.map((name) => ({
          name,
          repository: 'infra',
          provider: 'terraform',
          labels: {},
          maxAgeMs: 1,
        }))
        await store.saveKnownStacks('infra', stacks)
        const found = await store.knownStacks(['infra'])
        expect(found.map(({ name }) => name)).toEqual(names.toSorted())
      })
    })

    it('tells what it sees without changing anything', async () => {
      const url = await server.newSchema()
      const request = { url, lockTimeoutMs: 5_000 }
      const version = expect.stringMatching(/^\d+\.\d+$/)
      expect(await inspectPostgres(request)).toEqual({ version, state: null })
      expect(await inspectPostgres(request)).toEqual({ version, state: null })
      await withStore(url, async (store) => expect(await store.keyId()).toBeNull())
      expect(await inspectPostgres(request)).toEqual({ version, state: 'current' })
    })
  })

  describe('driftd', () => {
    it('works on it, keeps its other files beside driftd.yaml, and tells no password', async () => {
      const folder = tempFolder()
      mkdirSync(join(folder, 'infra'))
      writeFileSync(join(folder, 'driftd.yaml'), CONFIG)
      const env = { PATH: process.env.PATH ?? '', STORE: await server.newSchema() }
      expect(await look(folder, env)).toEqual([
        expect.stringMatching(/^postgres:.*PostgreSQL \d+\.\d+; the first scan makes its tables$/),
        `${folder}/.driftd/key will be made by the first scan`,
      ])
      const created = await createApp({ configFile: null, cwd: folder, env, onWarning: () => undefined })
      if (!created.ok) throw new Error(created.problems.map(({ message }) => message).join())
      expect(await created.app.status()).toEqual([])
      await created.app.close()
      await withStore(env.STORE, (store) => store.saveKeyId('0123456789abcdef'))
      const details = await look(folder, env)
      expect(details[0]).toMatch(/PostgreSQL \d+\.\d+$/)
      expect(details[1]).toMatch(/^the key 0123456789abcdef .*\.driftd\/key, which is gone/)
      expect(details.join()).not.toContain(server.password)
    })
  })

  describe('a store that cannot be used', () => {
    it('was written by a newer driftd, or by somebody else', async () => {
      const newer = await server.newSchema()
      await withStore(newer, async () => undefined)
      await server.run(newer, `insert into kysely_migration values ('9999-future', '2030-01-01')`)
      await expect(openStore(newer)).rejects.toMatchObject({ code: 'STORE_TOO_NEW' })
      const foreign = await server.newSchema()
      await server.run(foreign, 'create table customers (id text)')
      await expect(openStore(foreign)).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
    })

    it.each([
      ['a wrong password', () => wrongPassword(), 'STORE_UNREADABLE'],
      ['a database that is not there', () => server.url('nowhere'), 'STORE_UNREADABLE'],
      ['a server that is not there', () => `postgres://u:hunter2@127.0.0.1:1/driftd`, 'STORE_UNREACHABLE'],
      ['a socket that is not there', () => `postgres://u:hunter2@x/d?host=/nowhere`, 'STORE_UNREACHABLE'],
      ['no right to write', () => readOnly(), 'STORE_UNREADABLE'],
    ])('has %s, and no password is told', async (_, url, code) => {
      const error: Error = await openStore(url()).then(
        () => expect.fail('it opened'),
        (thrown) => thrown,
      )
      expect(error).toMatchObject({ code })
      expect(error.message).toContain('the store postgres://')
      const everything = inspect(error, { depth: 20, showHidden: true })
      expect(everything).not.toMatch(/hunter2|correct-horse/)
    })

    it('is locked: waits, then says STORE_LOCKED and loses nothing', async () => {
      const url = await server.newSchema()
      const scan = buildScan({ records: [buildRecord()] })
      const impatient = await openStore(url, { lockTimeoutMs: 200 })
      const patient = await openStore(url)
      const waiting = await server.whileHolding(
        url,
        'lock table record in access exclusive mode',
        async () => {
          await expect(impatient.saveScan({ scan, nextBaseline: null })).rejects.toMatchObject({
            code: 'STORE_LOCKED',
            message: expect.stringContaining('postgres://'),
          })
          return { saved: patient.saveScan({ scan, nextBaseline: null }) }
        },
      )
      await waiting.saved
      expect((await impatient.stackStates([scan.stack]))[0]?.lastScan).toEqual(scan)
      await patient.close()
      await impatient.close()
    })

    it('goes on after its connections were ended', async () => {
      const url = await server.newDatabase()
      await withStore(url, async (store) => {
        await store.saveKeyId('one')
        await server.run(
          server.url('postgres'),
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'driftd' and datname = '${new URL(url).pathname.slice(1)}'`,
        )
        await expect.poll(() => store.keyId().catch((error) => error.code), { timeout: 30_000 }).toBe('one')
      })
    })

    it('lets the server end a transaction whose process is paused', async () => {
      const pool = createPostgresPool({
        url: server.url('postgres'),
        lockTimeoutMs: 5_000,
        statementTimeoutMs: 30_000,
      })
      const client = await pool.connect()
      const shown = await client.query('show idle_in_transaction_session_timeout', [])
      expect(shown.rows).toEqual([{ idle_in_transaction_session_timeout: '10s' }])
      client.release()
      await pool.end()
    })
  })
})

const CONFIG = 'version: 1\nstore: { env: STORE }\nrepositories: [{ name: infra, url: ./infra }]\n'

/** What `driftd doctor` says of the store. */
async function look(cwd: string, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const loaded = await loadConfigFile(null, cwd)
  if (!loaded.ok) throw new Error('the configuration has problems')
  const { signal } = new AbortController()
  const checks = await checkStore(loaded, { env, cwd, scratchFolder: cwd, signal })
  return checks.map(({ detail }) => detail)
}

async function withStore(url: string, run: (store: OpenedStore) => Promise<void>): Promise<void> {
  const store = await openStore(url)
  try {
    await run(store)
  } finally {
    await store.close()
  }
}

function wrongPassword(): string {
  return server.url('postgres').replace(server.password, 'hunter2')
}

function readOnly(): string {
  return server.url('postgres', { options: '-c default_transaction_read_only=on' })
}
