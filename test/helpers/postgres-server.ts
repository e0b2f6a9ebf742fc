import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findPostgres } from '../../scripts/lab/find-postgres.js'

/** A PostgreSQL server of a test, on a socket in a folder of its own. */
export interface PostgresServer {
  /** The password of its user. */
  readonly password: string
  /** A new, empty schema of the common database, as the URL of a store. */
  newSchema(): Promise<string>
  /** A new, empty database, as the URL of a store. */
  newDatabase(): Promise<string>
  /** The URL of any database on it. */
  url(database: string, parameters?: Readonly<Record<string, string>>): string
  /** Runs SQL in the database of a URL. */
  run(url: string, text: string): Promise<readonly Record<string, unknown>[]>
  /** Does something while another connection is in a transaction in which it ran that SQL. */
  whileHolding<T>(url: string, text: string, work: () => Promise<T>): Promise<T>
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

/** Tests on PostgreSQL run where it is installed; in CI its absence is a failure. */
export const hasPostgres = findPostgres() !== null || process.env.CI === 'true'

const USER = 'driftd'
const PASSWORD = 'correct-horse-battery'
const READY_TIMEOUT_MS = 60_000
/** `nobody` on every Unix: PostgreSQL refuses to run as root. */
const NOBODY = { uid: 65534, gid: 65534 }
const FASTER_NOT_SAFER = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'shared_buffers=32MB',
]

/** Starts a server. Throws, and so fails the test, where PostgreSQL is not installed. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPostgres()
  if (programs === null) throw new Error('this test needs PostgreSQL: run `make setup`')
  const folder = mkdtempSync(join(tmpdir(), 'driftd-postgres-'))
  const account = process.getuid?.() === 0 ? NOBODY : {}
  if (process.getuid?.() === 0) chownSync(folder, NOBODY.uid, NOBODY.gid)
  const server = launch(programs, folder, account)
  const url: PostgresServer['url'] = (database, parameters = {}) =>
    `postgres://${USER}:${PASSWORD}@localhost/${database}?${new URLSearchParams({ host: folder, ...parameters })}`
  try {
    await untilReady(server, url('postgres'))
  } catch (error) {
    await end(server, folder)
    throw error
  }
  let count = 0
  return {
    password: PASSWORD,
    url,
    run,
    whileHolding: (url, text, work) =>
      withClient(url, async (client) => {
        await client.query('begin')
        await client.query(text)
        return work()
      }),
    async newSchema() {
      const name = `schema_${++count}`
      await run(url('postgres'), `create schema ${name}`)
      return url('postgres', { options: `-c search_path=${name}` })
    },
    async newDatabase() {
      const name = `database_${++count}`
      await run(url('postgres'), `create database ${name} template template0`)
      return url(name)
    },
    stop: () => end(server, folder),
  }
}

function launch(programs: string, folder: string, account: { uid?: number; gid?: number }): ChildProcess {
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, PASSWORD, { mode: 0o644 })
  mkdirSync(data)
  if (account.uid !== undefined && account.gid !== undefined) chownSync(data, account.uid, account.gid)
  const common = { ...account, cwd: folder, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' } }
  const how = ['--auth=scram-sha-256', `--username=${USER}`, `--pwfile=${passwordFile}`, '--no-sync']
  execFileSync(join(programs, 'initdb'), [...how, ...language(programs), '--encoding=UTF8', '-D', data], {
    ...common,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const settings = [...FASTER_NOT_SAFER, 'listen_addresses=', `unix_socket_directories=${folder}`]
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
  return spawn(join(programs, 'postgres'), args, { ...common, stdio: 'ignore' })
}

/** Sorts as English dictionaries do, where that can be had (PostgreSQL 15): what must sort by bytes has to say so. */
function language(programs: string): readonly string[] {
  const version = execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' })
  const hasIcu = Number(/(\d+)/.exec(version)?.[1]) >= 15
  return hasIcu ? ['--locale-provider=icu', '--icu-locale=en-US'] : []
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS
  for (;;) {
    try {
      await run(url, 'select 1')
      return
    } catch (error) {
      if (server.exitCode !== null)
        throw new Error(`postgres ended with ${server.exitCode}`, { cause: error })
      if (performance.now() > deadline) throw error
    }
    await sleep(20)
  }
}

async function run(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  return withClient(url, async (client) => (await client.query<Record<string, unknown>>(text)).rows)
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end()
  }
}

/** SIGQUIT: an immediate shutdown, its children included. */
async function end(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const gone = once(server, 'exit')
    server.kill('SIGQUIT')
    await gone
  }
  rmSync(folder, { recursive: true, force: true })
}
