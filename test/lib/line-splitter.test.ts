import { describe, expect, it } from 'vitest'
import { LineSplitter } from '../../src/lib/line-splitter.js'

function split(chunks: readonly string[], maxLineBytes = 100): readonly [string, boolean][] {
  const lines: [string, boolean][] = []
  const splitter = new LineSplitter(maxLineBytes, (line, isCut) => lines.push([line, isCut]))
  for (const chunk of chunks) splitter.write(Buffer.from(chunk, 'latin1'))
  splitter.end()
  return lines
}

describe('LineSplitter', () => {
  it('gives the same lines wherever the chunks are cut', () => {
    const text = 'one\ntwo\r\n\nlast'
    const whole = split([text])
    expect(whole.map(([line]) => line)).toEqual(['one', 'two', '', 'last'])
    for (let at = 1; at < text.length; at += 1)
      expect(split([text.slice(0, at), text.slice(at)])).toEqual(whole)
  })

  it('cuts a line that is too long and goes on with the next', () => {
    expect(split(['aaaaaaaaaa', 'aaaa\nb\n'], 4)).toEqual([
      ['aaaa', true],
      ['b', false],
    ])
  })

  it('joins characters of several bytes that were split', () => {
    const bytes = Buffer.from('é\n').toString('latin1')
    expect(split([bytes.slice(0, 1), bytes.slice(1)])).toEqual([['é', false]])
  })

  it('tells whether the stream ended inside a line', () => {
    const splitter = new LineSplitter(10, () => undefined)
    splitter.write(Buffer.from('x'))
    expect(splitter.end()).toBe(true)
    splitter.write(Buffer.from('x\n'))
    expect(splitter.end()).toBe(false)
  })
})
