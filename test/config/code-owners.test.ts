import { describe, expect, it } from 'vitest'
import { parseCodeOwners } from '../../src/config/code-owners.js'

const FILE = `
# who owns what
*                     @acme/everybody
/live/                @acme/platform   # all of production
live/prod/network/    @acme/network ops@acme.io
docs/*                @acme/writers
*.md                  @acme/readme
/live/legacy/
a\\ b/                 @acme/blank
**/secrets            @acme/security
`

describe('parseCodeOwners', () => {
  const ownersOf = parseCodeOwners(FILE)

  it.each([
    ['main.tf', ['@acme/everybody']],
    ['live/dev/main.tf', ['@acme/platform']],
    ['live/prod/network/deep/main.tf', ['@acme/network', 'ops@acme.io']],
    // anchored: a folder of that name elsewhere is another one
    ['other/live/prod/network/main.tf', ['@acme/everybody']],
    ['docs/a.txt', ['@acme/writers']],
    ['docs/deep/a.txt', ['@acme/everybody']],
    ['live/prod/network/README.md', ['@acme/readme']],
    // the last line wins, also one that names nobody
    ['live/legacy/main.tf', []],
    ['a b/main.tf', ['@acme/blank']],
    ['x/y/secrets/key', ['@acme/security']],
  ])('gives %s to %j', (file, owners) => {
    expect(ownersOf(file)).toEqual(owners)
  })

  it('knows sections of GitLab and their default owners', () => {
    const owners = parseCodeOwners(
      '[Platform][2] @acme/platform\nlive/\nlive/db/ @acme/db\n^[Docs] @acme/docs\n*.md\n',
    )
    expect(owners('live/main.tf')).toEqual(['@acme/platform'])
    expect(owners('live/db/main.tf')).toEqual(['@acme/db'])
    expect(owners('x.md')).toEqual(['@acme/docs'])
    expect(owners('other.tf')).toEqual([])
  })

  it('bears what is no CODEOWNERS', () => {
    const owners = parseCodeOwners(`${'!x @a\n'.repeat(3)}[a-z]/ @b\n\u0000\n${'{a,b}'.repeat(40)} @c\n`)
    expect(owners('a/b')).toEqual([])
    expect(parseCodeOwners('')('a')).toEqual([])
  })
})
