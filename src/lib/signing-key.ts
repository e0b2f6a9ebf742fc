import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { DriftError } from '../domain/errors.js'
import { type KeyKind, type KeyRequest, loadKeptKey } from './kept-key.js'

/** The Ed25519 key of a daemon, as far as others need it. */
export interface SigningKey {
  /** 16 hexadecimal digits that name the key; those of its public half. */
  readonly keyId: string
  /** SubjectPublicKeyInfo as PEM. */
  readonly publicKey: string
  /** Base64. */
  sign(text: string): string
  verify(text: string, signature: string): boolean
}

const KEY_ID_LENGTH = 16

const SIGNING_KEY: KeyKind<KeyObject> = {
  usedFor: 'the requests',
  form: 'an Ed25519 private key as PKCS #8 in PEM',
  elsewhere: null,
  make: () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  parse: parsePrivateKey,
  idOf: (key) =>
    createHash('sha256')
      .update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
      .digest('hex')
      .slice(0, KEY_ID_LENGTH),
}

/** The key in a file, made at first use. Throws as `loadKeptKey`, and PERMISSION_DENIED where others may read it. */
export async function loadSigningKey(request: KeyRequest): Promise<SigningKey> {
  const { key, keyId, warning } = await loadKeptKey(SIGNING_KEY, request)
  if (warning !== null) throw new DriftError('PERMISSION_DENIED', warning)
  const publicKey = createPublicKey(key)
  return {
    keyId,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    // RFC 8032 hashes by itself, so no digest is named
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64')),
  }
}

function parsePrivateKey(text: string): KeyObject | null {
  try {
    const key = createPrivateKey(text)
    return key.asymmetricKeyType === 'ed25519' ? key : null
  } catch {
    return null
  }
}
