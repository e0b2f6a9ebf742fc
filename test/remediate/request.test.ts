import { describe, expect, it } from 'vitest'
import type { RemediationRequest } from '../../src/domain/request.js'
import { canonicalText } from '../../src/remediate/canonical-text.js'
import {
  isSignedBy,
  MAX_REQUEST_BYTES,
  parseRequest,
  requestText,
  summarize,
} from '../../src/remediate/request.js'
import {
  buildPlannedChange,
  buildProposal,
  buildTestRequest,
  createTestSigner,
  storeKey,
} from '../helpers/build-gate.js'

const request = buildTestRequest()
const text = requestText(request)

describe('a request', () => {
  it('reads as it was written', () => {
    expect(parseRequest(text)).toEqual({ ok: true, request })
  })

  it('holds no value, only the names of attributes', () => {
    expect(text).toContain('tags.Owner')
    expect(text).not.toContain('somebody')
  })

  it('is signed by the key of the store and no other', () => {
    expect(isSignedBy(request, storeKey)).toBe(true)
    expect(isSignedBy(request, createTestSigner())).toBe(false)
    expect(isSignedBy(request, { ...createTestSigner(), keyId: storeKey.keyId })).toBe(false)
  })

  it.each(leaves(request))('is signed as a whole: %s', (_, forged) => {
    expect(isSignedBy(forged, storeKey)).toBe(false)
  })
})

describe('parseRequest', () => {
  it.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['another document', '[]'],
    ['two documents', text + text],
    ['a byte order mark', `\ufeff${text}`],
    ['another indentation', JSON.stringify(JSON.parse(text))],
    ['no newline at the end', text.trimEnd()],
    ['a key twice', text.replace('"action": "revert",', '"action": "accept",\n  "action": "revert",')],
    ['an unknown key', canonicalText({ ...JSON.parse(text), extra: 1 })],
    ['a missing key', canonicalText({ ...JSON.parse(text), nonce: undefined })],
    ['an unknown version', canonicalText({ ...JSON.parse(text), schemaVersion: 2 })],
    ['an unknown action', canonicalText({ ...JSON.parse(text), action: 'destroy' })],
    ['a stack that leaves its folder', canonicalText({ ...JSON.parse(text), stack: '../../etc' })],
    [
      'a key that would be a prototype',
      canonicalText({ ...JSON.parse(text), bindings: JSON.parse('{"__proto__":"x"}') }),
    ],
  ])('refuses %s', (_, wrong) => {
    expect(parseRequest(wrong)).toMatchObject({ ok: false, problem: expect.any(String) })
  })

  it('refuses what is longer than people read', () => {
    const changes = Array.from({ length: 1_000 }, (_, index) =>
      buildPlannedChange({ address: `aws_instance.web[${index}]` }),
    )
    const long = requestText(buildTestRequest({ proposal: buildProposal({ changes }) }))
    expect(Buffer.byteLength(long)).toBeGreaterThan(MAX_REQUEST_BYTES)
    expect(parseRequest(long)).toMatchObject({ ok: false, problem: expect.stringContaining('bytes') })
  })
})

describe('summarize', () => {
  it('says how many attributes there are beyond those it names', () => {
    const attributes = Array.from({ length: 60 }, (_, index) => ({ path: ['tags', index], sensitive: false }))
    const [change] = summarize(buildProposal({ changes: [buildPlannedChange({ attributes })] })).changes
    expect(change?.attributes).toHaveLength(51)
    expect(change?.attributes.at(-1)).toBe('and 10 more')
  })
})

/** The request with each of its leaves changed, one at a time; the signature itself left as it is. */
function leaves(whole: RemediationRequest): readonly (readonly [string, RemediationRequest])[] {
  const paths: (readonly string[])[] = []
  const walk = (value: unknown, path: readonly string[]): void => {
    if (path[0] === 'signature') return
    if (typeof value !== 'object' || value === null) paths.push(path)
    else for (const [key, item] of Object.entries(value)) walk(item, [...path, key])
  }
  walk(whole, [])
  return paths.map((path) => [path.join('.'), change(whole, path) as RemediationRequest] as const)
}

function change(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return typeof value === 'number' ? value + 1 : `${String(value)}x`
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as Record<string, unknown>) }
  ;(copy as Record<string, unknown>)[key] = change((copy as Record<string, unknown>)[key], rest)
  return copy
}
