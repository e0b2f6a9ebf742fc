import { describe, expect, it } from 'vitest'
import { attributeLines } from '../../src/remediate/attribute-lines.js'

const change = (path: readonly string[], before: string | object | null, after: string | object | null) =>
  attributeLines({ path, before: before as never, after: after as never, sensitive: false })

describe('what becomes of an attribute', () => {
  it('is both values where they have no parts', () => {
    expect(change(['tags', 'Owner'], 'somebody', 'platform')).toEqual([
      '  - `tags.Owner`: `"somebody"` → `"platform"`',
    ])
    expect(change(['name'], null, 'x')).toEqual(['  - `name`: `(not set)` → `"x"`'])
  })

  it('is the statement of a policy that goes, not two policies side by side', () => {
    const statement = { Sid: 'Tls', Effect: 'Deny', Action: 's3:*', Principal: '*' }
    const everybody = { Sid: 'Everybody', Effect: 'Allow', Action: 's3:GetObject', Principal: '*' }
    const policy = (...statements: readonly object[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement: statements })
    expect(change(['policy'], policy(statement, everybody), policy(statement))).toEqual([
      '  - `policy.Statement`: removes `{Sid: "Everybody", Effect: "Allow", Action: "s3:GetObject", Principal: "*"}`',
    ])
    expect(change(['policy'], policy(statement), policy(statement, everybody))[0]).toContain(
      ': adds `{Sid: "Ev',
    )
  })

  it('is the lines of a text, and nothing of them acts', () => {
    expect(change(['content'], 'a\nroot yes\nz\n', 'a\nroot no `@team`\nz\n')).toEqual([
      '  - `content`, removes the line `root yes`',
      '  - `content`, adds the line `` root no `@\u2060team` ``',
    ])
  })

  it('is withheld where it is a secret, and counted where it is long', () => {
    expect(attributeLines({ path: ['password'], sensitive: true })).toEqual(['  - `password`: (sensitive)'])
    const lines = (prefix: string) => Array.from({ length: 15 }, (_, index) => `${prefix}${index}\n`).join('')
    const shown = change(['content'], lines('a'), lines('b'))
    expect(shown).toHaveLength(21)
    expect(shown.at(-1)).toBe('  - … and 10 more lines')
  })
})
