import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { addIgnoreRule, type NewIgnoreRule } from '../../src/config/add-ignore-rule.js'

const RULE: NewIgnoreRule = {
  match: { stack: 'prod/network', address: 'aws_vpc.main', path: ['tags.Owner'], kind: 'changed' },
  reason: "the autoscaler's",
  owner: 'platform',
  until: '2027-03-31',
}
const ITEM = `  - match: { stack: prod/network, address: aws_vpc.main, path: [ tags.Owner ], kind: changed }
    reason: the autoscaler's
    owner: platform
    until: 2027-03-31
`
const OTHER = { ...RULE, reason: 'other' }

const rulesOf = (text: string): readonly unknown[] => (parse(text) as { ignore: readonly unknown[] }).ignore

describe('addIgnoreRule', () => {
  it.each([null, '', '\n'])('writes a whole file where there is none: %j', (text) => {
    expect(addIgnoreRule(text, RULE)).toBe(`version: 1\nignore:\n${ITEM}`)
  })

  it('adds the list to a file without one, and leaves every byte of it', () => {
    const text = "# ours\nversion: 1   # the format\nlabels: {team: 'a'}"
    expect(addIgnoreRule(text, RULE)).toBe(`${text}\nignore:\n${ITEM}`)
  })

  it('adds to a list, and leaves every byte around it', () => {
    const before = `version: 1\nignore:\n${ITEM.replaceAll('\n', '   # kept\n')}`
    const after = '\n# what comes after\nlabels:\n    team:   a\n'
    expect(addIgnoreRule(before + after, OTHER)).toBe(
      `${before}${ITEM.replace("the autoscaler's", 'other')}${after}`,
    )
  })

  it.each([
    [
      'a list that is not indented',
      'version: 1\nignore:\n- match: { address: a }\n  reason: b\nlabels: {}\n',
    ],
    ['a list that ends the file', 'version: 1\nignore:\n    - match:\n        address: a\n      reason: b'],
    ['a text of many lines at its end', 'version: 1\nignore:\n  - reason: |\n      b\n      c\nlabels: {}\n'],
    ['an empty list', 'version: 1\nignore: [] # none yet\nlabels: {}\n'],
    ['a list in brackets', 'version: 1\nignore: [{ match: { address: a }, reason: b }]\n'],
    ['no value', 'version: 1\nignore:\n'],
    ['a file in brackets', '{ version: 1 }'],
    ['Windows line breaks', 'version: 1\r\nignore:\r\n  - reason: b\r\n'],
  ])('makes a list with the rule at its end of %s', (_, text) => {
    const before = (parse(text) as { ignore?: unknown[] | null }).ignore ?? []
    expect(rulesOf(addIgnoreRule(text, RULE))).toEqual([...before, RULE])
    const rest = (whole: string) => ({ ...(parse(whole) as object), ignore: null })
    expect(rest(addIgnoreRule(text, RULE))).toEqual(rest(text))
  })

  it('writes any text so that it is read again as it is', () => {
    const odd = 'aws_instance.web["a: #b"] *? \\ \' \u202e {x}, [y]'
    const rule = {
      ...RULE,
      match: { ...RULE.match, address: odd, host: '*' },
      reason: '- "a": #b\n\tc',
      owner: '@b',
    }
    expect(rulesOf(addIgnoreRule(null, rule))).toEqual([rule])
  })
})
