import { describe, expect, it } from 'vitest'
import { canonicalJson, contentHash, fingerprint, recordId } from '../../src/domain/fingerprint.js'

const IDENTITY = { stack: 'prod/network', provider: 'terraform', parts: ['aws_vpc.main', null] }
const KEY = Buffer.alloc(32, 7)

describe('fingerprint', () => {
  it('is the same for the same identity', () => {
    expect(fingerprint(IDENTITY)).toBe(fingerprint({ ...IDENTITY, parts: ['aws_vpc.main', null] }))
  })

  it.each([
    { stack: 'prod/networks' },
    { provider: 'ansible' },
    { parts: ['aws_vpc.main', 'deadbeef'] },
    { parts: ['aws_vpc.main'] },
  ])('differs with %j', (other) => {
    expect(fingerprint({ ...IDENTITY, ...other })).not.toBe(fingerprint(IDENTITY))
  })

  it('does not confuse parts that would read alike when joined', () => {
    const left = fingerprint({ ...IDENTITY, parts: ['a', 'b.c'] })
    expect(left).not.toBe(fingerprint({ ...IDENTITY, parts: ['a.b', 'c'] }))
  })
})

describe('recordId', () => {
  it('is twelve characters of base32, known for a known hash', () => {
    // RFC 4648: 00 44 32 14 c7 42 54 b6 -> AAZQ..., checked with `base32` of coreutils
    expect(recordId('sha256:00443214c74254b6')).toBe('abcdefghijkl')
  })

  it('differs for different fingerprints', () => {
    expect(recordId(fingerprint(IDENTITY))).not.toBe(recordId(fingerprint({ ...IDENTITY, stack: 'x' })))
  })
})

describe('contentHash', () => {
  it('changes with the kind, the content and the key', () => {
    const hash = contentHash(KEY, 'changed', { a: 1 })
    expect(contentHash(KEY, 'deleted', { a: 1 })).not.toBe(hash)
    expect(contentHash(KEY, 'changed', { a: 2 })).not.toBe(hash)
    expect(contentHash(Buffer.alloc(32, 8), 'changed', { a: 1 })).not.toBe(hash)
  })

  it('does not change with the order of keys', () => {
    expect(contentHash(KEY, 'changed', { a: 1, b: 2 })).toBe(contentHash(KEY, 'changed', { b: 2, a: 1 }))
  })
})

describe('canonicalJson', () => {
  it('sorts keys at every level and keeps the order of lists', () => {
    expect(canonicalJson({ b: [2, 1, { d: null, c: true }], a: 'x' })).toBe(
      '{"a":"x","b":[2,1,{"c":true,"d":null}]}',
    )
  })
})
