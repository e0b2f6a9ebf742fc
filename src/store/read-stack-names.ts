import Database from 'better-sqlite3'

/** Whoever completes a word waits for it. */
const BUSY_TIMEOUT_MS = 50

/**
 * The names of all stacks that a SQLite store knows, read beside whoever writes. Empty where there is no such store or
 * it cannot be read now: for completing words only, where an error has no place to be told.
 */
export function readStackNames(path: string): readonly string[] {
  try {
    const database = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
    try {
      return database.prepare<[], string>('SELECT stack FROM known_stack').pluck().all()
    } finally {
      database.close()
    }
  } catch {
    return []
  }
}
