import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DriftError } from '../../src/domain/errors.js'
import { type FileLock, tryFileLock } from '../../src/lib/file-lock.js'
import { endSshMasters } from './ssh-masters.js'

/** A folder for the sockets of ssh, outside the scratch folder: their path may have about 100 bytes. */
export interface ControlFolder {
  readonly path: string
  remove(): Promise<void>
}

/** Where control folders are made, and the environment in which ssh ends what is left in old ones. */
export interface ControlPlace {
  readonly env: Readonly<Record<string, string>>
  /** Default: the temporary folder of the system. */
  readonly parent?: string
}

/** A control socket is `<folder>/<40 hex>` and 17 more while ssh makes it; the system takes 104 bytes at least. */
const MAX_PARENT_BYTES = 36
const GUARD = /^dd-[A-Za-z0-9]{6}\.lock$/
const MAX_ATTEMPTS = 5

/**
 * Makes a control folder. While this process lives it holds the lock of the file beside it; what a killed one left is
 * removed first, and the connections that still stand open there are ended: each lives in a session of its own, and would
 * wait a quarter of an hour for somebody to use it. Throws PERMISSION_DENIED.
 */
export async function makeControlFolder({ env, parent }: ControlPlace): Promise<ControlFolder> {
  const place = parent ?? shortTemporaryFolder()
  await endAbandoned(place, env)
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const path = await mkdtemp(join(place, 'dd-'))
    const guard = await tryFileLock(`${path}.lock`)
    if (guard !== null) return { path, remove: () => removeFolder(path, guard) }
    // somebody who cleans up was faster than we, and has removed the folder
  }
  throw new DriftError('PERMISSION_DENIED', `no folder for the sockets of ssh could be made in ${place}`)
}

async function endAbandoned(parent: string, env: Readonly<Record<string, string>>): Promise<void> {
  const names = await readdir(parent).catch(() => [])
  for (const name of names.filter((candidate) => GUARD.test(candidate))) {
    const file = join(parent, name)
    if (!(await isOurs(file))) continue
    const guard = await tryFileLock(file).catch(() => null)
    if (guard === null) continue
    const path = file.slice(0, -'.lock'.length)
    await endSshMasters(path, env)
    await removeFolder(path, guard)
  }
}

/** In a folder that everybody may write to, what belongs to somebody else is not touched. */
async function isOurs(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => null)
  if (found === null || !found.isFile()) return false
  return found.uid === (process.geteuid?.() ?? found.uid)
}

async function removeFolder(path: string, guard: FileLock): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await rm(`${path}.lock`, { force: true })
  guard.release()
}

function shortTemporaryFolder(): string {
  const usual = tmpdir()
  return Buffer.byteLength(usual) <= MAX_PARENT_BYTES ? usual : '/tmp'
}
