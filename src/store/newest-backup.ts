import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { quoteForShell } from '../lib/quote-for-shell.js'

/** Where backups are looked for: beside the store, and in a folder of this name there. */
const BACKUP_FOLDER = 'backups'
/** What is no backup by its name. Lock files above all: closing one that we hold would drop the lock. */
const OTHERS = /(\.lock|\.slot|\.new|-wal|-shm|-journal)$/

/** https://www.sqlite.org/fileformat.html: the text, then at 18 and 19 a 1 each for a file without a write-ahead log. */
const MAGIC = Buffer.from('SQLite format 3\0')
const HEADER_BYTES = 20
const ROLLBACK_JOURNAL = 1

/** What to do where the store in this file is damaged: the newest backup that is found beside it, and the command. */
export function adviseRestore(path: string): string {
  const backup = newestBackup(path)
  if (backup === null)
    return (
      'no backup is beside it: restore one from elsewhere, or move the file and its -wal file away to begin ' +
      'an empty history'
    )
  const aside = quoteForShell(join(dirname(path), 'damaged'))
  const files = ['', '-wal', '-shm'].map((ending) => quoteForShell(`${path}${ending}`)).join(' ')
  return (
    `the newest backup beside it is ${backup.path}, of ${backup.madeAt.toISOString()}; to restore it, with no driftd ` +
    `running: mkdir -p ${aside}; for file in ${files}; do test -e "$file" && mv "$file" ${aside}; done; ` +
    `cp -p ${quoteForShell(backup.path)} ${quoteForShell(path)}`
  )
}

interface Backup {
  readonly path: string
  readonly madeAt: Date
}

function newestBackup(store: string): Backup | null {
  const folder = dirname(store)
  const found = [...filesIn(folder), ...filesIn(join(folder, BACKUP_FOLDER))]
    .filter(({ path }) => path !== store && !OTHERS.test(basename(path)))
    .toSorted((a, b) => b.madeAt.getTime() - a.madeAt.getTime())
  return found.find(({ path }) => isBackup(path)) ?? null
}

function filesIn(folder: string): readonly Backup[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => join(folder, name))
      .map((path) => ({ path, madeAt: statSync(path).mtime }))
  } catch {
    return []
  }
}

/** True for a database without a write-ahead log, as backups are, that holds the tables of driftd. */
function isBackup(path: string): boolean {
  try {
    if (!hasHeader(path)) return false
    const database = new Database(path, { readonly: true, fileMustExist: true })
    try {
      return database.prepare('select name from kysely_migration').all().length > 0
    } finally {
      database.close()
    }
  } catch {
    return false
  }
}

function hasHeader(path: string): boolean {
  const header = Buffer.alloc(HEADER_BYTES)
  const file = openSync(path, 'r')
  try {
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return false
  } finally {
    closeSync(file)
  }
  const isJournalled = header[18] === ROLLBACK_JOURNAL && header[19] === ROLLBACK_JOURNAL
  return isJournalled && header.subarray(0, MAGIC.length).equals(MAGIC)
}
