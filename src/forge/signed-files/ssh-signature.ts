import { createHash } from 'node:crypto'

/** What a signature of `ssh-keygen -Y sign` says of itself; whether it fits, ssh-keygen says. */
export interface SshSignature {
  readonly namespace: string
  /** `ssh-ed25519` and the like. */
  readonly keyType: string
  /** `SHA256:<base64>`, as `ssh-keygen -l` shows it. */
  readonly fingerprint: string
}

const ARMOR = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n*$/
const MAGIC = 'SSHSIG'
const VERSION = 1

/** The signature in a file's text, or null where there is none (PROTOCOL.sshsig of OpenSSH). */
export function parseSshSignature(text: string): SshSignature | null {
  const armored = ARMOR.exec(text.replaceAll('\r\n', '\n'))?.[1]
  if (armored === undefined) return null
  const blob = Buffer.from(armored, 'base64')
  if (blob.length < 10 || blob.toString('latin1', 0, 6) !== MAGIC || blob.readUInt32BE(6) !== VERSION)
    return null
  const publicKey = readString(blob, 10)
  const namespace = publicKey && readString(blob, publicKey.end)
  const keyType = publicKey && readString(publicKey.bytes, 0)
  if (!publicKey || !namespace || !keyType) return null
  return {
    namespace: namespace.bytes.toString('utf8'),
    keyType: keyType.bytes.toString('utf8'),
    fingerprint: keyFingerprint(publicKey.bytes),
  }
}

/** `SHA256:<base64>` of a public key in its wire form. */
export function keyFingerprint(publicKey: Buffer): string {
  return `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`
}

/** A string of the SSH wire format (RFC 4251): its length in 32 bits, then its bytes. */
function readString(blob: Buffer, start: number): { readonly bytes: Buffer; readonly end: number } | null {
  if (start + 4 > blob.length) return null
  const end = start + 4 + blob.readUInt32BE(start)
  return end > blob.length ? null : { bytes: blob.subarray(start + 4, end), end }
}
