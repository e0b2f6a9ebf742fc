import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Kysely, sql } from 'kysely'
import { DriftError } from '../domain/errors.js'
import { withFileLock } from '../lib/file-lock.js'
import { openDatabase } from '../lib/open-database.js'
import { migrateToLatest, readSchemaState, tooNewError } from './migrate.js'
import { retryWhileBusy } from './retry-while-busy.js'
import { WritingSqliteDialect } from './sqlite-dialect.js'
import { corruptError, foreignError, toStoreError } from './store-error.js'
import { sqlitePlace } from './store-place.js'
import type { Tables } from './tables.js'

/** A SQLite file to open. */
export interface SqliteRequest {
  /** Absolute. */
  readonly path: string
  /** How long to wait for other programs. */
  readonly lockTimeoutMs: number
}

// SQLite waits on the event loop, so it waits briefly; retryWhileBusy does the rest beside it
const BUSY_TIMEOUT_MS = 100
// a full check reads the whole file; this much takes some 20 ms
const MAX_CHECKED_BYTES = 4 * 1024 * 1024

/**
 * Opens the database in a file, made with its tables (file 0600, folder 0700) where there is none, brought up
 * to this program where it is older: WAL, `synchronous=FULL` (a commit survives a power cut), foreign keys.
 * A file that is there is never made anew.
 * Throws STORE_CORRUPT, STORE_LOCKED, STORE_TOO_NEW, STORE_UNREADABLE, DISK_FULL.
 */
export async function openSqlite(request: SqliteRequest): Promise<Kysely<Tables>> {
  try {
    if ((await sizeOf(request.path)) === null) await createDatabase(request)
    return await openExisting(request)
  } catch (error) {
    throw toStoreError(sqlitePlace(request.path), error)
  }
}

/** Makes the database beside its place and moves it there whole: an empty file is then always a damaged one. */
async function createDatabase({ path, lockTimeoutMs }: SqliteRequest): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await withStoreLock({ path, lockTimeoutMs }, async () => {
    if ((await sizeOf(path)) !== null) return
    if ((await sizeOf(`${path}-wal`)) !== null)
      throw corruptError(sqlitePlace(path), 'its -wal file is there, the store is gone')
    const draft = `${path}.new`
    for (const leftover of [draft, `${draft}-wal`, `${draft}-shm`]) await rm(leftover, { force: true })
    await (await open(draft, 'wx', 0o600)).close()
    const db = connect(draft)
    try {
      await migrateToLatest(db, { place: sqlitePlace(path), tablesOf })
    } finally {
      await db.destroy()
    }
    await rename(draft, path)
    const folder = await open(dirname(path), 'r')
    await folder.sync()
    await folder.close()
  })
}

async function openExisting(request: SqliteRequest): Promise<Kysely<Tables>> {
  const { path, lockTimeoutMs } = request
  const size = await sizeOf(path)
  if (size === 0) throw corruptError(sqlitePlace(path), 'the file is empty')
  const db = await retryWhileBusy(lockTimeoutMs, async () => connect(path, size ?? 0))
  try {
    const state = await retryWhileBusy(lockTimeoutMs, () => readSchemaState(db, tablesOf))
    if (state === 'newer') throw tooNewError(sqlitePlace(path))
    if (state === 'foreign') throw foreignError(sqlitePlace(path))
    if (state === 'older') {
      await withStoreLock(request, () =>
        retryWhileBusy(lockTimeoutMs, () => migrateToLatest(db, { place: sqlitePlace(path), tablesOf })),
      )
    }
    return db
  } catch (error) {
    await db.destroy()
    throw error
  }
}

function connect(path: string, size = 0): Kysely<Tables> {
  const database = openDatabase(path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true })
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    if (size <= MAX_CHECKED_BYTES) {
      const finding = database.pragma('quick_check(1)', { simple: true })
      if (finding !== 'ok') throw corruptError(sqlitePlace(path), String(finding))
    }
    return new Kysely<Tables>({ dialect: new WritingSqliteDialect(database) })
  } catch (error) {
    database.close()
    throw error
  }
}

/** One program at a time makes or changes the tables; the lock file is beside the store. */
async function withStoreLock(request: SqliteRequest, fn: () => Promise<void>): Promise<void> {
  const lockPath = `${request.path}.lock`
  try {
    await withFileLock(lockPath, { timeoutMs: request.lockTimeoutMs }, async () => {
      await chmod(lockPath, 0o600)
      await fn()
    })
  } catch (error) {
    throw error instanceof DriftError ? asStoreError(request.path, error) : error
  }
}

function asStoreError(path: string, error: DriftError): DriftError {
  if (error.code === 'STACK_BUSY')
    return new DriftError(
      'STORE_LOCKED',
      `another driftd is making or changing the store ${path}: try again`,
      {
        cause: error,
      },
    )
  if (error.code === 'PERMISSION_DENIED')
    return new DriftError('STORE_UNREADABLE', `the store ${path} cannot be made: ${error.message}`, {
      cause: error,
    })
  return error
}

async function tablesOf(db: Kysely<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(
    db,
  )
  return rows.map(({ name }) => name)
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
