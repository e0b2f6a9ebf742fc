import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { DriftError } from '../../domain/errors.js'

/** Who signs, and when. */
export interface AppJwtRequest {
  readonly appId: number
  /** PEM, PKCS#1 as GitHub gives it or PKCS#8; line breaks may be written as `\n`. */
  readonly privateKey: string
  readonly now: Date
}

/** GitHub takes ten minutes at most, and advises to go back one for clocks that differ (its guide to such tokens). */
const VALID_SECONDS = 9 * 60
const BACKDATED_SECONDS = 60

/** What an app proves itself by, a JSON Web Token with RS256. Throws SECRET_UNAVAILABLE, whose message holds nothing of the key. */
export function signAppJwt({ appId, privateKey, now }: AppJwtRequest): string {
  const seconds = Math.floor(now.getTime() / 1_000)
  const claims = { iat: seconds - BACKDATED_SECONDS, exp: seconds + VALID_SECONDS, iss: String(appId) }
  const signed = [{ alg: 'RS256', typ: 'JWT' }, claims].map(encode).join('.')
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), readKey(privateKey, appId)).toString('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function readKey(text: string, appId: number): KeyObject {
  const pem = text.includes('\n') ? text : text.replaceAll('\\n', '\n')
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    throw unusable(appId)
  }
  if (key.asymmetricKeyType !== 'rsa') throw unusable(appId)
  return key
}

function unusable(appId: number): DriftError {
  return new DriftError(
    'SECRET_UNAVAILABLE',
    `the private key of GitHub App ${appId} is no RSA key in PEM: make one in the app's settings, and name its file in remediation.forge.app.privateKey`,
  )
}
