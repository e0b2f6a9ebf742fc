import { describe, expect, it } from 'vitest'
import { decodePostgresText, encodePostgresText } from '../../src/store/postgres-text.js'
import { describePostgresUrl, isPostgresUrl } from '../../src/store/postgres-url.js'

describe('encodePostgresText', () => {
  it.each(['', 'plain', 'a\0b', '\0', '\u{10fffe}', '\u{10fffe}0', '\u{10fffe}1\0\u{10fffe}', '名前\u202e'])(
    'leaves no NUL in %j, and can be undone',
    (text) => {
      const encoded = encodePostgresText(text)
      expect(encoded).not.toContain('\0')
      expect(decodePostgresText(encoded)).toBe(text)
    },
  )
})

describe('describePostgresUrl', () => {
  it.each([
    ['postgres://driftd:hunter2@db.acme.io/driftd', 'postgres://driftd@db.acme.io/driftd'],
    ['postgresql://db.acme.io:5433/driftd?password=hunter2', 'postgres://db.acme.io:5433/driftd'],
    ['postgres://u:hunter2@localhost/d?host=/run/postgresql', 'postgres://u@/run/postgresql/d'],
  ])('of %s is %s', (url, shown) => {
    expect(describePostgresUrl(url)).toBe(shown)
  })
})

describe('isPostgresUrl', () => {
  it('is true for what can be parsed', () => {
    expect(isPostgresUrl('postgresql://db/driftd')).toBe(true)
    expect(isPostgresUrl('sqlite:postgres.db')).toBe(false)
    expect(isPostgresUrl('postgres://[db/driftd')).toBe(false)
  })
})
