import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configSections } from '../../../scripts/docs/config-sections.js'
import { configurationDocument } from '../../../scripts/docs/configuration-document.js'
import { REPOSITORY_ROOT } from '../../helpers/source-tree.js'

describe('docs/configuration.md', () => {
  it('is what `npm run docs` writes', () => {
    expect(readFileSync(join(REPOSITORY_ROOT, 'docs/configuration.md'), 'utf8')).toBe(configurationDocument())
  })

  it.each([
    ['a required key', /^\| `url` \| text \| \*\*required\*\* \|/m],
    ['a default', /^\| `pollEvery` \| .* \| `"60s"` \|/m],
    ['a secret', /^\| `token` \| secret \|/m],
    ['keys of each provider', /^## `repositories\[\]\.stacks\[\] \(provider: ansible\)`$/m],
    ['keys of each channel', /^## `alerts\.channels\.NAME \(type: slack\)`$/m],
  ])('has %s', (_, pattern) => {
    expect(configurationDocument()).toMatch(pattern)
  })
})

describe('configSections', () => {
  it('tells alternatives apart and calls values that may be secret by their word', () => {
    const setting = { anyOf: [{ type: 'string' }, { properties: { env: {} } }, { properties: { file: {} } }] }
    const sections = configSections('', {
      properties: {
        a: setting,
        b: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      },
      required: ['a'],
    })
    expect(sections).toEqual([
      {
        title: '',
        keys: [
          { key: 'a', type: 'setting', isRequired: true, defaultText: null, meaning: '' },
          { key: 'b', type: 'text or list of text', isRequired: false, defaultText: null, meaning: '' },
        ],
      },
    ])
  })
})
