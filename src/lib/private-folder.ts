import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readdir, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { type FileLock, tryFileLock } from './file-lock.js'

/** A folder for the private files of one scan. */
export interface ScratchFolder {
  readonly path: string
  /** Removes the folder with all it holds, read-only content too. Safe to call twice. */
  remove(): Promise<void>
}

const PRIVATE_MODE = 0o700
const SCRATCH_GUARD = /^scratch-[0-9a-f]{16}\.lock$/
const MAX_ATTEMPTS = 20

/**
 * Makes a folder that only this user can enter, with the folders above it where they are missing, and returns
 * its path. A folder that exists is closed to others. Throws PERMISSION_DENIED where it cannot be made or
 * belongs to somebody else, NOT_A_DIRECTORY where a file stands in its place, DISK_FULL.
 */
export async function ensurePrivateFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: PRIVATE_MODE })
    const found = await stat(path)
    if (found.uid !== (process.geteuid?.() ?? found.uid)) throw strangerError(path, found.uid)
    if ((found.mode & 0o777) !== PRIVATE_MODE) await chmod(path, PRIVATE_MODE)
    return path
  } catch (error) {
    throw folderError(path, error)
  }
}

/**
 * Makes a new private folder below `parent` (made where missing). While this process lives, it holds the lock of
 * the file beside the folder; that is how `wipeAbandonedScratch` tells the folders of the dead.
 * Throws as `ensurePrivateFolder`.
 */
export async function makeScratchFolder(parent: string): Promise<ScratchFolder> {
  await ensurePrivateFolder(parent)
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const path = join(parent, `scratch-${randomBytes(8).toString('hex')}`)
    const guard = await takeGuard(`${path}.lock`)
    if (!guard) continue
    try {
      await mkdir(path, { mode: PRIVATE_MODE })
    } catch (error) {
      guard.release()
      throw folderError(path, error)
    }
    return { path, remove: () => removeScratch(path, guard) }
  }
  throw new DriftError(
    'PERMISSION_DENIED',
    `no private folder could be made below ${parent}: check its rights`,
  )
}

/**
 * Removes the scratch folders below `parent` whose makers died without removing them, and returns their paths.
 * Those of living processes, and whatever else is there, stay.
 */
export async function wipeAbandonedScratch(parent: string): Promise<readonly string[]> {
  const names = await readdir(parent).catch(() => [])
  const wiped: string[] = []
  for (const name of names.filter((name) => SCRATCH_GUARD.test(name))) {
    const path = join(parent, name.slice(0, -'.lock'.length))
    const guard = await tryFileLock(`${path}.lock`)
    if (!guard) continue
    await removeScratch(path, guard)
    wiped.push(path)
  }
  return wiped
}

/** Null where a wiper was faster: it may have removed the file between our making it and our locking it. */
async function takeGuard(path: string): Promise<FileLock | null> {
  const guard = await tryFileLock(path)
  if (!guard) return null
  if (await exists(path)) return guard
  guard.release()
  return null
}

async function removeScratch(path: string, guard: FileLock): Promise<void> {
  await removeTree(path)
  await unlink(`${path}.lock`).catch(ignoreMissing)
  guard.release()
}

async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch {
    // a read-only folder keeps its content (Go's module cache, a copied provider); open all of them and try again
    await openFolders(path)
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function openFolders(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (!found?.isDirectory()) return
  await chmod(path, PRIVATE_MODE)
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(path, entry.name))
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

function strangerError(path: string, ownerId: number): DriftError {
  return new DriftError(
    'PERMISSION_DENIED',
    `the folder ${path} belongs to another user (uid ${ownerId}): remove it, or name another one`,
  )
}

function folderError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new DriftError('DISK_FULL', `no space is left for ${path}: free some`, { cause: error })
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return new DriftError('NOT_A_DIRECTORY', `${path} is needed as a folder, but a file is in its place`, {
      cause: error,
    })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new DriftError(
      'PERMISSION_DENIED',
      `the folder ${path} cannot be made or closed to others (${code})`,
      {
        cause: error,
      },
    )
  return error
}
