import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { DriftError } from '../domain/errors.js'
import { quoteForShell } from './quote-for-shell.js'

/**
 * Opens a SQLite database. Throws NATIVE_PART_MISSING where npm built none for this Node, with the command that does, and
 * what better-sqlite3 throws.
 */
export function openDatabase(path: string, options: Database.Options = {}): Database.Database {
  try {
    return new Database(path, options)
  } catch (error) {
    throw isUnbuilt(error) ? unbuiltError(error) : error
  }
}

/** True where the native part of a package is not there (npm ran no install scripts), or is one for another Node. */
export function isUnbuilt(error: unknown): boolean {
  const { code = '', message = '' } = error as { readonly code?: string; readonly message?: string }
  return code === 'ERR_DLOPEN_FAILED' || message.startsWith('Could not locate the bindings file')
}

/** The command that builds the native part of better-sqlite3 for this Node, where it is installed. */
export function rebuildCommand(): string {
  const manifest = createRequire(import.meta.url).resolve('better-sqlite3/package.json')
  const folder = dirname(dirname(dirname(manifest)))
  return `cd ${quoteForShell(folder)} && npm rebuild better-sqlite3`
}

function unbuiltError(cause: unknown): DriftError {
  const message =
    `better-sqlite3 has no native part for Node ${process.versions.node}: npm ran no install scripts, or Node was ` +
    `replaced since. Build it (python3, make and a C++ compiler are needed): ${rebuildCommand()}`
  return new DriftError('NATIVE_PART_MISSING', message, { cause })
}
