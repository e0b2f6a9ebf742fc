import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { DriftError } from '../domain/errors.js'
import { openDatabase } from '../lib/open-database.js'
import { corruptError, foreignError, toStoreError } from './store-error.js'
import { sqlitePlace } from './store-place.js'

/** What to copy where. */
export interface BackupRequest {
  /** The store; absolute. */
  readonly path: string
  /** The backup; absolute. Its folder must exist. */
  readonly file: string
  /** Whether a file that is there is replaced. */
  readonly isForced: boolean
}

/** A backup that was made and checked. */
export interface Backup {
  readonly bytes: number
  /** How many stacks it knows the last scan of. */
  readonly stacks: number
}

const BUSY_TIMEOUT_MS = 15_000

/**
 * Copies a store while others use it: as it is at one moment, checked page by page, private (0600), in its place whole
 * or not at all. Throws STORE_UNREADABLE where there is no store, STORE_CORRUPT where it is damaged, FILE_EXISTS, and
 * DISK_FULL or PERMISSION_DENIED where the backup cannot be written.
 */
export async function backupSqlite(request: BackupRequest): Promise<Backup> {
  const { file, isForced } = request
  const there = await lookAt(file)
  if (there !== null && isSame(there, await lookAt(request.path)))
    throw new DriftError('FILE_EXISTS', `${file} is the store itself: name another file`)
  if (there !== null && !isForced)
    throw new DriftError('FILE_EXISTS', `${file} exists: name another file, or write over it with --force`)
  const draft = `${file}.${randomUUID()}`
  try {
    await reserve(file, draft)
    await copyInto(draft, request)
    const backup = check(draft, request)
    await publish(draft, file)
    return backup
  } finally {
    for (const leftover of [draft, `${draft}-journal`]) await rm(leftover, { force: true })
  }
}

async function reserve(file: string, draft: string): Promise<void> {
  try {
    await (await open(draft, 'wx', 0o600)).close()
  } catch (error) {
    throw toFileError(file, error)
  }
}

/**
 * All pages in one step: between steps a writer of another process would make SQLite begin again, for ever beside a
 * busy daemon. Writers go on meanwhile, into the write-ahead log.
 */
async function copyInto(draft: string, request: BackupRequest): Promise<void> {
  const source = openSource(request.path)
  try {
    assertOurs(source, request.path)
    await source.backup(draft, { progress: ({ remainingPages }) => remainingPages })
  } catch (error) {
    throw toBackupError(request, error)
  } finally {
    source.close()
  }
}

function openSource(path: string): Database.Database {
  try {
    return openDatabase(path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true })
  } catch (error) {
    throw toStoreError(sqlitePlace(path), error)
  }
}

function assertOurs(source: Database.Database, path: string): void {
  const tables = source.prepare(`select 1 from sqlite_master where name = 'kysely_migration'`).all()
  if (tables.length === 0) throw foreignError(sqlitePlace(path))
}

/** The copy as one file without a log, every page and index of it read. */
function check(draft: string, request: BackupRequest): Backup {
  const copy = new Database(draft, { fileMustExist: true })
  try {
    copy.pragma('journal_mode = DELETE')
    const finding = copy.pragma('integrity_check(1)', { simple: true })
    if (finding !== 'ok') throw corruptError(sqlitePlace(request.path), String(finding))
    const pages = Number(copy.pragma('page_count', { simple: true }))
    const stacks = Number(copy.prepare('select count(*) from stack_state').pluck().get())
    return { bytes: pages * Number(copy.pragma('page_size', { simple: true })), stacks }
  } catch (error) {
    throw toBackupError(request, error)
  } finally {
    copy.close()
  }
}

async function publish(draft: string, file: string): Promise<void> {
  try {
    await sync(draft)
    await rename(draft, file)
    await sync(dirname(file))
  } catch (error) {
    throw toFileError(file, error)
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync()
  await handle.close()
}

/** What a path leads to, or null. */
async function lookAt(path: string): Promise<Stats | null> {
  return stat(path).catch(() => null)
}

function isSame(one: Stats, other: Stats | null): boolean {
  return other !== null && one.dev === other.dev && one.ino === other.ino
}

/** What is written is the backup; all else is of the store. */
function toBackupError({ path, file }: BackupRequest, error: unknown): DriftError {
  if (/^SQLITE_(FULL|IOERR_(WRITE|FSYNC|TRUNCATE))/.test(codeOf(error))) return toFileError(file, error)
  return toStoreError(sqlitePlace(path), error)
}

function toFileError(file: string, cause: unknown): DriftError {
  const code = codeOf(cause)
  if (/^(ENOSPC|EDQUOT|SQLITE_FULL)/.test(code))
    return new DriftError('DISK_FULL', `no space is left for the backup ${file}: free some`, { cause })
  return new DriftError(
    'PERMISSION_DENIED',
    `the backup ${file} cannot be written (${code}): check that its folder exists, and its rights`,
    { cause },
  )
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown }).code ?? 'error')
}
