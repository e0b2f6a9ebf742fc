import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { withFileLock } from './file-lock.js'
import { ensurePrivateFolder } from './private-folder.js'
import { replaceFileDurably } from './replace-file.js'

/** A sort of key that is kept in a file of its own. */
export interface KeyKind<Key> {
  /** What was made with it: "the stored hashes". */
  readonly usedFor: string
  /** What the file holds: "64 hexadecimal digits". */
  readonly form: string
  /** How another place is named, where it can be. */
  readonly elsewhere: string | null
  make(): string
  /** Null where the text holds none. */
  parse(text: string): Key | null
  /** Names the key and tells nothing of it. */
  idOf(key: Key): string
}

/** Which key to load. */
export interface KeyRequest {
  /** The file; made at first use, with its folder. */
  readonly path: string
  /** The id of the key that the store knows; null in a new store. */
  readonly expectedKeyId: string | null
}

/** A key and its name. */
export interface KeptKey<Key> {
  readonly key: Key
  readonly keyId: string
  /** A sentence for people when others than the owner may read the file, else null. */
  readonly warning: string | null
}

const MAKE_TIMEOUT_MS = 10_000

/**
 * The key in a file. Made when the file is missing and no key is expected; two processes at once get the same one.
 * Throws KEY_MISSING where the expected key is gone, is another one, or the file holds none, PERMISSION_DENIED
 * where it cannot be read or made or where others may write it.
 */
export async function loadKeptKey<Key>(kind: KeyKind<Key>, request: KeyRequest): Promise<KeptKey<Key>> {
  const text = (await readKeyText(request.path)) ?? (await makeKey(kind, request))
  const key = kind.parse(text)
  if (key === null) throw damagedError(kind, request.path)
  const keyId = kind.idOf(key)
  if (request.expectedKeyId !== null && request.expectedKeyId !== keyId) {
    throw otherKeyError(kind, { ...request, keyId })
  }
  return { key, keyId, warning: await checkRights(request.path) }
}

type AnyKind = Pick<KeyKind<unknown>, 'usedFor' | 'form' | 'elsewhere' | 'make'>

async function makeKey(kind: AnyKind, { path, expectedKeyId }: KeyRequest): Promise<string> {
  if (expectedKeyId !== null) throw goneError(kind, path, expectedKeyId)
  await ensureFolder(dirname(path))
  return withFileLock(`${path}.lock`, { timeoutMs: MAKE_TIMEOUT_MS }, async () => {
    const others = await readKeyText(path)
    if (others !== null) return others
    const text = kind.make()
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
  await replaceFileDurably(path, text).catch((error: unknown) => {
    throw accessError(path, error)
  })
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

function goneError(kind: AnyKind, path: string, expectedKeyId: string): DriftError {
  const where = kind.elsewhere === null ? '' : `, or ${kind.elsewhere}`
  return new DriftError(
    'KEY_MISSING',
    `the key ${expectedKeyId} of ${kind.usedFor} should be in ${path}, which is gone: restore the file from your ` +
      `backup${where}`,
  )
}

function otherKeyError(
  kind: AnyKind,
  { path, keyId, expectedKeyId }: KeyRequest & { readonly keyId: string },
): DriftError {
  const where = kind.elsewhere === null ? '' : `, or ${kind.elsewhere}`
  return new DriftError(
    'KEY_MISSING',
    `${path} holds the key ${keyId}, but ${kind.usedFor} were made with ${expectedKeyId}: restore that key${where}`,
  )
}

function damagedError(kind: AnyKind, path: string): DriftError {
  return new DriftError(
    'KEY_MISSING',
    `${path} does not hold a key (${kind.form}): restore it from your backup; remove the file only if ` +
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
