import { describe, expect, it } from 'vitest'
import { cutMiddleTo, cutTo, padTo, widthOf, wrapTo } from '../../../src/lib/text/text-width.js'

describe('cutTo', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['名前名前', 8, '名前名前'],
    ['名前名前名', 8, '名前名…'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
  ])('cuts %s to %i columns', (text, width, cut) => {
    expect(cutTo(text, width)).toBe(cut)
    expect(widthOf(cutTo(text, width))).toBeLessThanOrEqual(width)
  })
})

describe('cutMiddleTo', () => {
  it('keeps both ends', () => {
    expect(cutMiddleTo('module.tenant.aws_vpc.main', 13)).toBe('module…c.main')
  })

  it.each([1, 2, 3, 10, 79])('never takes more than %i columns', (width) => {
    for (const text of ['x'.repeat(10_000), '名'.repeat(5_000), 'é'.repeat(200)]) {
      expect(widthOf(cutMiddleTo(text, width))).toBeLessThanOrEqual(width)
    }
  })
})

describe('wrapTo', () => {
  it('breaks between words', () => {
    expect(wrapTo('one two three four', 9)).toEqual(['one two', 'three', 'four'])
  })

  it('breaks a word that is longer than a line, and loses nothing', () => {
    const lines = wrapTo(`a ${'x'.repeat(25)} b`, 10)
    expect(lines).toEqual(['a', 'x'.repeat(10), 'x'.repeat(10), 'xxxxx b'])
  })

  it('keeps a key and its value on one line', () => {
    expect(wrapTo('{aa: 1, "b": 22, c: [3]}', 9)).toEqual(['{aa: 1,', '"b": 22,', 'c: [3]}'])
  })

  it('keeps indentation', () => {
    expect(wrapTo('+    listen 80;', 40)).toEqual(['+    listen 80;'])
  })

  it('counts wide characters as two columns', () => {
    expect(wrapTo('名前名前', 4)).toEqual(['名前', '名前'])
  })
})

describe('padTo', () => {
  it('pads by columns, not by characters', () => {
    expect(padTo('名', 4)).toBe('名  ')
    expect(padTo('abcde', 4)).toBe('abcde')
  })
})
