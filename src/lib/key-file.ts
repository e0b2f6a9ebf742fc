import { createHash, randomBytes } from 'node:crypto'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { withFileLock } from './file-lock.js'
import { ensurePrivateFolder } from './private-folder.js'

/** The key of content hashes and its name. */
export interface HashKey {
  /** 32 random bytes. */
  readonly key: Buffer
  /** 16 hexadecimal digits that name the key and tell nothing of it; stored with the hashes. */
  readonly keyId: string
  /** A sentence for people when others than the owner may read the file, else null. */
  readonly warning: string | null
}

/** Which key to load. */
export interface KeyRequest {
  /** The file; made at first use, with its folder. */
  readonly path: string
  /** The id of the key whose hashes the store holds; null in a new store. */
  readonly expectedKeyId: string | null
}

const KEY_BYTES = 32
const KEY_TEXT = /^[0-9a-f]{64}\s*$/
const KEY_ID_LENGTH = 16
const MAKE_TIMEOUT_MS = 10_000

/**
 * The key in a file: 32 bytes as 64 hexadecimal digits, so that it can be kept in a secrets manager. Made when
 * the file is missing and no key is expected; two processes at once get the same one.
 * Throws KEY_MISSING where the expected key is gone, is another one, or the file holds none, PERMISSION_DENIED
 * where it cannot be read or made or where others may write it.
 */
export async function loadKey(request: KeyRequest): Promise<HashKey> {
  const text = (await readKeyText(request.path)) ?? (await makeKey(request))
  if (!KEY_TEXT.test(text)) throw damagedError(request.path)
  const key = Buffer.from(text.trim(), 'hex')
  const keyId = keyIdOf(key)
  if (request.expectedKeyId !== null && request.expectedKeyId !== keyId) {
    throw otherKeyError(request.path, keyId, request.expectedKeyId)
  }
  return { key, keyId, warning: await checkRights(request.path) }
}

/** Where the key is: `DRIFTD_KEY_FILE`, else `driftd/key` in the user's state folder (XDG base directories). */
export function defaultKeyPath(env: Readonly<Record<string, string | undefined>>): string {
  if (env.DRIFTD_KEY_FILE) return env.DRIFTD_KEY_FILE
  const home = env.HOME || homedir()
  return join(env.XDG_STATE_HOME || join(home, '.local', 'state'), 'driftd', 'key')
}

async function makeKey({ path, expectedKeyId }: KeyRequest): Promise<string> {
  if (expectedKeyId !== null) throw goneError(path, expectedKeyId)
  await ensureFolder(dirname(path))
  return withFileLock(`${path}.lock`, { timeoutMs: MAKE_TIMEOUT_MS }, async () => {
    const others = await readKeyText(path)
    if (others !== null) return others
    const text = `${randomBytes(KEY_BYTES).toString('hex')}\n`
    await writeWhole(path, text)
    return text
  })
}

/** A folder of the user's own choice is left as it is; one that we make is private. */
async function ensureFolder(folder: string): Promise<void> {
  const isThere = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isThere) await ensurePrivateFolder(folder)
}

async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const file = await open(draft, 'wx', 0o600)
    await file.writeFile(text)
    await file.sync()
    await file.close()
    await rename(draft, path)
    const folder = await open(dirname(path), 'r')
    await folder.sync()
    await folder.close()
  } catch (error) {
    throw accessError(path, error)
  }
}

async function readKeyText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw accessError(path, error)
  }
}

async function checkRights(path: string): Promise<string | null> {
  const { mode } = await stat(path)
  if (mode & 0o022) {
    throw new DriftError('PERMISSION_DENIED', `others may write the key file ${path}: run chmod 600 ${path}`)
  }
  return mode & 0o044 ? `others may read the key file ${path}: run chmod 600 ${path}` : null
}

function keyIdOf(key: Buffer): string {
  return createHash('sha256').update('driftd key id\0').update(key).digest('hex').slice(0, KEY_ID_LENGTH)
}

function goneError(path: string, expectedKeyId: string): DriftError {
  return new DriftError(
    'KEY_MISSING',
    `the key ${expectedKeyId} of the stored hashes should be in ${path}, which is gone: restore the file from your ` +
      'backup, or name its place with DRIFTD_KEY_FILE',
  )
}

function otherKeyError(path: string, keyId: string, expectedKeyId: string): DriftError {
  return new DriftError(
    'KEY_MISSING',
    `${path} holds the key ${keyId}, but the stored hashes were made with ${expectedKeyId}: restore that key, or ` +
      'name its place with DRIFTD_KEY_FILE',
  )
}

function damagedError(path: string): DriftError {
  return new DriftError(
    'KEY_MISSING',
    `${path} does not hold a key (64 hexadecimal digits): restore it from your backup; remove the file only if ` +
      'no store was ever used with it',
  )
}

function accessError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new DriftError('DISK_FULL', `no space is left for the key file ${path}: free some`, {
      cause: error,
    })
  return new DriftError(
    'PERMISSION_DENIED',
    `the key file ${path} cannot be used (${code}): check its rights`,
    {
      cause: error,
    },
  )
}
