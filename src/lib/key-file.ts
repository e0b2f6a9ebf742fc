import { createHash, randomBytes } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type KeptKey, type KeyKind, type KeyRequest, loadKeptKey } from './kept-key.js'

export type { KeyRequest } from './kept-key.js'

/** The key of content hashes: 32 random bytes, and 16 hexadecimal digits that name it. */
export type HashKey = KeptKey<Buffer>

const KEY_BYTES = 32
const KEY_TEXT = /^[0-9a-f]{64}\s*$/
const KEY_ID_LENGTH = 16

/** 32 bytes as 64 hexadecimal digits, so that it can be kept in a secrets manager. */
const HASH_KEY: KeyKind<Buffer> = {
  usedFor: 'the stored hashes',
  form: '64 hexadecimal digits',
  elsewhere: 'name its place with DRIFTD_KEY_FILE',
  make: () => `${randomBytes(KEY_BYTES).toString('hex')}\n`,
  parse: (text) => (KEY_TEXT.test(text) ? Buffer.from(text.trim(), 'hex') : null),
  idOf: (key) =>
    createHash('sha256').update('driftd key id\0').update(key).digest('hex').slice(0, KEY_ID_LENGTH),
}

/** The key of content hashes in a file. Throws as `loadKeptKey`. */
export function loadKey(request: KeyRequest): Promise<HashKey> {
  return loadKeptKey(HASH_KEY, request)
}

/** Where the key is: `DRIFTD_KEY_FILE`, else `driftd/key` in the user's state folder (XDG base directories). */
export function defaultKeyPath(env: Readonly<Record<string, string | undefined>>): string {
  if (env.DRIFTD_KEY_FILE) return env.DRIFTD_KEY_FILE
  const home = env.HOME || homedir()
  return join(env.XDG_STATE_HOME || join(home, '.local', 'state'), 'driftd', 'key')
}
