import { createHash, createHmac } from 'node:crypto'
import type { JsonValue, Kind } from './record.js'

const ID_LENGTH = 12
const BASE32_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** What names the same difference in every scan. */
export interface Identity {
  /** The stack's name, or the absolute folder of a one-shot comparison. */
  readonly stack: string
  readonly provider: string
  /** What the provider names the thing by: address and deposed key, or host, file, role, task, item, occurrence. */
  readonly parts: readonly (string | number | null)[]
}

/** `sha256:<hex>` over an identity. No kind, attribute, value or line number belongs in it. */
export function fingerprint(identity: Identity): string {
  const text = JSON.stringify([identity.stack, identity.provider, ...identity.parts])
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** The short name of a fingerprint: its first 12 characters in base32. */
export function recordId(fingerprintText: string): string {
  const bytes = Buffer.from(fingerprintText.replace(/^sha256:/, ''), 'hex')
  let bits = 0
  let held = 0
  let id = ''
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 5 && id.length < ID_LENGTH) {
      id += BASE32_ALPHABET[(held >>> (bits - 5)) & 31]
      bits -= 5
    }
  }
  return id
}

/**
 * `hmac:<hex>` over kind, paths and values, before sensitive values are withheld.
 * Keyed, so that a short secret cannot be found by trying (product.md, Secrets).
 */
export function contentHash(key: Buffer, kind: Kind, content: JsonValue): string {
  return `hmac:${keyedHash(key, canonicalJson([kind, content]))}`
}

/** Hex HMAC-SHA256 of a text. The only way a secret's value may be compared later. */
export function keyedHash(key: Buffer, text: string | Buffer): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

/** JSON with object keys sorted at every level: equal values give equal text. */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`)
  return `{${entries.join(',')}}`
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
