import { describe, expect, it } from 'vitest'
import { suggest } from '../../../src/lib/text/suggest.js'

describe('suggest', () => {
  it.each([
    ['polEvery', 'did you mean pollEvery?'],
    ['poll-every', 'did you mean pollEvery?'],
    ['plolEvery', 'did you mean pollEvery?'],
    ['nmae', 'did you mean name?'],
    ['xylophone', undefined],
    ['pollEvery'.repeat(10), undefined],
  ])('%s: %s', (written, suggestion) => {
    expect(suggest(written, ['name', 'url', 'pollEvery'])).toBe(suggestion)
  })
})
