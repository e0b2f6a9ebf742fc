import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { DriftError } from '../domain/errors.js'
import { openDatabase } from './open-database.js'

/** A lock that is held until it is released or the process ends, however it ends. */
export interface FileLock {
  /** Gives the lock up. Safe to call twice. */
  release(): void
}

/** How long to wait for a lock. */
export interface FileLockWait {
  /** 0: one attempt. */
  readonly timeoutMs: number
  /** Ends the wait; its reason is thrown. */
  readonly signal?: AbortSignal
}

// the first waits are short, since most holders are gone at once; the last is what one more waiter costs
const FIRST_POLL_MS = 5
const LAST_POLL_MS = 100

// SQLite opens what it may not write read-only, and then `BEGIN EXCLUSIVE` would be a shared lock: the write that is
// never committed, its journal in memory, fails there
const TAKE_LOCK = 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; PRAGMA user_version = 1'

/** A connection that nobody refers to is closed by the garbage collector, and its lock would go with it. */
const heldConnections = new Set<Database.Database>()

/**
 * Takes the lock of a file, or gives null at once where somebody holds it: another process, or another part
 * of this one. The file is made if it is missing, and stays; its folder must exist.
 *
 * Node has no flock(2). A SQLite connection with an open `BEGIN EXCLUSIVE` holds a POSIX lock on its file, which
 * the kernel drops when the process dies, kill -9 included; between the connections of one process SQLite keeps
 * the books itself. Nothing is ever committed, the file stays empty. Never open a lock file by other means while
 * it is held: closing any descriptor of it would drop the lock (fcntl(2)).
 *
 * Throws PERMISSION_DENIED where the file cannot be made, opened or written, NATIVE_PART_MISSING.
 */
export async function tryFileLock(path: string): Promise<FileLock | null> {
  const connection = openConnection(path)
  try {
    connection.exec(TAKE_LOCK)
  } catch (error) {
    connection.close()
    if (isBusy(error)) return null
    throw lockError(path, error)
  }
  heldConnections.add(connection)
  return {
    release() {
      heldConnections.delete(connection)
      connection.close()
    },
  }
}

/**
 * Runs `fn` while holding the lock of a file. Throws STACK_BUSY where somebody else holds it longer than
 * `timeoutMs`, what `signal` was aborted with, PERMISSION_DENIED as `tryFileLock`.
 */
export async function withFileLock<T>(path: string, wait: FileLockWait, fn: () => Promise<T>): Promise<T> {
  const lock = await waitForLock(path, wait)
  try {
    return await fn()
  } finally {
    lock.release()
  }
}

async function waitForLock(path: string, wait: FileLockWait): Promise<FileLock> {
  const deadline = performance.now() + wait.timeoutMs
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 2, LAST_POLL_MS)) {
    wait.signal?.throwIfAborted()
    const lock = await tryFileLock(path)
    if (lock) return lock
    const leftMs = deadline - performance.now()
    if (leftMs <= 0) throw busyError(path, wait.timeoutMs)
    await sleep(Math.min(pollMs, leftMs), undefined, wait.signal ? { signal: wait.signal } : {}).catch(() =>
      wait.signal?.throwIfAborted(),
    )
  }
}

function openConnection(path: string): Database.Database {
  try {
    return openDatabase(path, { timeout: 0 })
  } catch (error) {
    throw error instanceof DriftError ? error : lockError(path, error)
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

function busyError(path: string, timeoutMs: number): DriftError {
  return new DriftError(
    'STACK_BUSY',
    `another driftd held the lock ${path} for longer than ${timeoutMs} ms: wait for it to end`,
  )
}

function lockError(path: string, cause: unknown): DriftError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new DriftError(
    'PERMISSION_DENIED',
    `the lock file ${path} cannot be used (${reason}): check its rights`,
    {
      cause,
    },
  )
}
