import { describe, expect, it } from 'vitest'
import { decideTouched, type InputsByStack, unchangedFiles } from '../../src/domain/touched-stacks.js'

const stacks = (files: Readonly<Record<string, readonly string[]>>, settings = ''): InputsByStack =>
  new Map(Object.entries(files).map(([name, list]) => [name, { files: list, settings }]))

describe('decideTouched', () => {
  const before = stacks({ a: ['x', 'old'], b: ['y'] })
  const after = stacks({ a: ['x', 'new'], b: ['y'] })

  it.each([
    [['x'], ['a']],
    [['old'], ['a']],
    [['new'], ['a']],
    [
      ['y', 'x'],
      ['a', 'b'],
    ],
    [['z'], []],
    [[], []],
  ])('finds that %j touches %j', (changedFiles, expected) => {
    expect(decideTouched({ changedFiles, before, after })).toEqual(expected)
  })

  it('takes nothing for unchanged where it does not know', () => {
    expect(decideTouched({ changedFiles: null, before, after })).toEqual(['a', 'b'])
    expect(decideTouched({ changedFiles: [], before: null, after })).toEqual(['a', 'b'])
  })

  it('finds stacks that are new or have other settings, and none that is gone', () => {
    expect(decideTouched({ changedFiles: [], before: stacks({ b: ['y'], c: [] }), after })).toEqual(['a'])
    expect(decideTouched({ changedFiles: [], before, after: stacks({ a: ['x'] }, 'other') })).toEqual(['a'])
  })

  it('finds two among a thousand', () => {
    const many = stacks(
      Object.fromEntries(
        Array.from({ length: 1_000 }, (_, i) => [
          `s${i}`,
          Array.from({ length: 200 }, (_, j) => `s${i}/${j}`),
        ]),
      ),
    )
    const touched = decideTouched({ changedFiles: ['s7/3', 's999/199'], before: many, after: many })
    expect(touched).toEqual(['s7', 's999'])
  })
})

describe('unchangedFiles', () => {
  const before = stacks({ a: ['x', 'y'] })
  const changed = (path: string, change = 'modified') => ({ path, change })

  it('are the files of before where none of them changed and none is new', () => {
    expect(unchangedFiles('a', [changed('z'), changed('w', 'removed')], before)).toEqual(['x', 'y'])
    expect(unchangedFiles('a', [], before)).toEqual(['x', 'y'])
  })

  it.each([
    ['one of them changed', [changed('y')], before],
    ['one of them is gone', [changed('y', 'removed')], before],
    ['a file is new anywhere', [changed('z', 'added')], before],
    ['nobody knows what changed', null, before],
    ['nobody knows the files', [], null],
    ['the stack is new', [], stacks({ b: [] })],
  ])('are to be read anew where %s', (_, changes, then) => {
    expect(unchangedFiles('a', changes, then)).toBeNull()
  })
})
