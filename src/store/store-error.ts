import { DriftError, type ErrorCode } from '../domain/errors.js'
import type { StorePlace } from './store-place.js'

/** What an error of a driver or of the system says, and what to do about it. */
interface Rule {
  readonly matches: RegExp
  readonly code: ErrorCode
  readonly means: string
}

const HELD = 'is held by another program: try again when it has ended'
const FULL = 'has no space left: free some'
const DAMAGED = 'is damaged'

/**
 * The first that matches. https://www.sqlite.org/rescode.html (better-sqlite3 gives the extended names);
 * https://www.postgresql.org/docs/current/errcodes-appendix.html; the rest are errors of the file system.
 */
const RULES: readonly Rule[] = [
  { matches: /^SQLITE_(BUSY|LOCKED)/, code: 'STORE_LOCKED', means: HELD },
  { matches: /^SQLITE_(CORRUPT|NOTADB)/, code: 'STORE_CORRUPT', means: DAMAGED },
  { matches: /^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)/, code: 'DISK_FULL', means: FULL },
  {
    matches: /^(SQLITE_(CANTOPEN|READONLY|PERM|AUTH|IOERR)|E[A-Z]+$)/,
    code: 'STORE_UNREADABLE',
    means: 'cannot be opened or written: check the rights of the file and of its folder',
  },
  { matches: /^(55P03|40P01|40001)$/, code: 'STORE_LOCKED', means: HELD },
  {
    matches: /^57014$/,
    code: 'STORE_LOCKED',
    means: 'took too long to answer: try again when it has less to do',
  },
  { matches: /^53100$/, code: 'DISK_FULL', means: FULL },
  { matches: /^XX00[12]$/, code: 'STORE_CORRUPT', means: DAMAGED },
  {
    matches: /^(08...|53...|57P..|25P03)$/,
    code: 'STORE_UNREACHABLE',
    means: 'takes no connections, or ended ours: try again when the server is up',
  },
  {
    matches: /^(28...|3D000|3F000|42501|25006)$/,
    code: 'STORE_UNREADABLE',
    means: 'lets this user not in, or not write: check user, password, database and rights',
  },
]

/**
 * The error of a database in driftd's words, naming the store and what to do: STORE_LOCKED, STORE_CORRUPT,
 * STORE_UNREADABLE, STORE_UNREACHABLE, DISK_FULL. A DriftError comes back as it is; what is no database error as INTERNAL.
 */
export function toStoreError(place: StorePlace, cause: unknown): DriftError {
  if (cause instanceof DriftError) return cause
  const { code = '', message } = cause as { code?: string; message: string }
  const rule = RULES.find(({ matches }) => matches.test(code))
  const finding = `${code || 'error'}: ${message}`
  if (rule?.code === 'STORE_CORRUPT') return corruptError(place, finding, cause)
  const means = rule?.means ?? 'failed'
  return new DriftError(rule?.code ?? 'INTERNAL', `the store ${place.name} ${means} (${finding})`, { cause })
}

/** True where another connection was in the way, so that the same attempt may succeed at once. */
export function isBusyError(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^(SQLITE_(BUSY|LOCKED)|(55P03|40P01|40001)$)/.test(code)
}

/** A store that is damaged; `finding` says in a few words what was seen. */
export function corruptError(place: StorePlace, finding: string, cause?: unknown): DriftError {
  return new DriftError(
    'STORE_CORRUPT',
    `the store ${place.name} ${DAMAGED} (${finding}); ${place.adviseRestore()}`,
    { cause },
  )
}

/** A database of somebody else. */
export function foreignError(place: StorePlace): DriftError {
  return new DriftError(
    'STORE_UNREADABLE',
    `${place.name} is a database with tables, but not one of driftd: name another one as the store`,
  )
}
