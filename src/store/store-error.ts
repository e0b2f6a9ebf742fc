import { DriftError, type ErrorCode } from '../domain/errors.js'

/**
 * The error of a database in driftd's words, naming the file and what to do: STORE_LOCKED, STORE_CORRUPT,
 * STORE_UNREADABLE, DISK_FULL. A DriftError comes back as it is; what is no database error as INTERNAL.
 */
export function toStoreError(path: string, cause: unknown): DriftError {
  if (cause instanceof DriftError) return cause
  const { code = '', message } = cause as { code?: string; message: string }
  const decided = decideCode(code)
  return new DriftError(decided, `${describe(decided, path)} (${code || 'error'}: ${message})`, { cause })
}

/** True where another connection was in the way, so that the same attempt may succeed at once. */
export function isBusyError(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(code)
}

/** A store whose file is damaged; `finding` says in a few words what was seen. */
export function corruptError(path: string, finding: string, cause?: unknown): DriftError {
  return new DriftError('STORE_CORRUPT', `${describe('STORE_CORRUPT', path)} (${finding})`, { cause })
}

// https://www.sqlite.org/rescode.html; better-sqlite3 gives the extended names. The rest are errors of the file system.
function decideCode(code: string): ErrorCode {
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'STORE_LOCKED'
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return 'STORE_CORRUPT'
  if (/^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)/.test(code)) return 'DISK_FULL'
  if (/^(SQLITE_(CANTOPEN|READONLY|PERM|AUTH|IOERR)|E[A-Z]+$)/.test(code)) return 'STORE_UNREADABLE'
  return 'INTERNAL'
}

function describe(code: ErrorCode, path: string): string {
  switch (code) {
    case 'STORE_LOCKED':
      return `the store ${path} is held by another program: try again when it has ended`
    case 'STORE_CORRUPT':
      return `the store ${path} is damaged: restore it from a backup, or move it and its -wal file away to begin an empty history`
    case 'DISK_FULL':
      return `no space is left for the store ${path}: free some`
    case 'STORE_UNREADABLE':
      return `the store ${path} cannot be opened or written: check the rights of the file and of its folder`
    default:
      return `the store ${path} failed`
  }
}
