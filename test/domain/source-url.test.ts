import { describe, expect, it } from 'vitest'
import { sourceUrl } from '../../src/domain/source-url.js'

const COMMIT = '9fceb02'
const source = { file: 'live/a b/main.tf', line: 25 }

describe('sourceUrl', () => {
  it.each([
    [
      'https://github.com/acme/infra.git',
      `https://github.com/acme/infra/blob/${COMMIT}/live/a%20b/main.tf#L25`,
    ],
    ['git@github.com:acme/infra.git', `https://github.com/acme/infra/blob/${COMMIT}/live/a%20b/main.tf#L25`],
    [
      'https://gitlab.acme.io:8443/a/b/c',
      `https://gitlab.acme.io:8443/a/b/c/-/blob/${COMMIT}/live/a%20b/main.tf#L25`,
    ],
    ['ssh://git@gitlab.com:2222/a/b.git', `https://gitlab.com/a/b/-/blob/${COMMIT}/live/a%20b/main.tf#L25`],
    ['https://bitbucket.org/a/b', `https://bitbucket.org/a/b/src/${COMMIT}/live/a%20b/main.tf#lines-25`],
    ['https://git.acme.io/a/b', null],
    ['https://notgithub.com.evil.io/a/b', null],
    ['./infra', null],
    ['file:///srv/github/infra', null],
    ['https://github.com/', null],
    ['javascript:github', null],
  ])('%s: %s', (url, page) => {
    expect(sourceUrl(url, COMMIT, source)).toBe(page)
  })

  it('is none without commit or place', () => {
    expect(sourceUrl('https://github.com/a/b', null, source)).toBeNull()
    expect(sourceUrl('https://github.com/a/b', COMMIT, null)).toBeNull()
  })
})
