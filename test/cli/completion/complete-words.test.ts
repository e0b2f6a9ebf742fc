import { describe, expect, it } from 'vitest'
import { completeWords } from '../../../src/cli/completion/complete-words.js'
import { buildDriftd } from '../../../src/cli/driftd-program.js'

/** What may stand in the place of the last word. */
async function completed(...words: readonly string[]): Promise<readonly string[] | 'files'> {
  const program = await buildDriftd(['node', 'driftd', ...words])
  const names = { stack: ['prod/network', 'prod/web'], channel: ['siem'], repository: ['infra'] }
  const found = await completeWords(program, words, async (thing) => names[thing])
  return found === 'files' ? found : found.map(({ value }) => value)
}

describe('completeWords', () => {
  it('gives the commands, and not those that are hidden', async () => {
    const names = await completed('')
    expect(names).toEqual(expect.arrayContaining(['init', 'doctor', 'scan', 'status', 'show', 'config']))
    expect(names).not.toContain('__complete')
  })

  it.each([
    ['the first name', ['scan', '']],
    ['every further name', ['scan', 'prod/network', '']],
    ['a name after an option with its value', ['scan', '-o', 'json', '']],
    ['a name after an option without value', ['scan', '--all', '']],
    ['a name or a record', ['show', 'pr']],
  ])('gives names of stacks for %s', async (_, words) => {
    expect(await completed(...words)).toEqual(['prod/network', 'prod/web'])
  })

  it('gives the names of what else a command takes', async () => {
    expect(await completed('remediate', '')).toEqual(['prod/network', 'prod/web'])
    expect(await completed('alerts', 'preview', '')).toEqual(['prod/network', 'prod/web'])
    expect(await completed('alerts', 'test', '')).toEqual(['siem'])
    expect(await completed('alerts', 'list', '--channel', '')).toEqual(['siem'])
    expect(await completed('unfreeze', '')).toEqual(['infra'])
    expect(await completed('scan', '--fail-on', '')).toContain('deleted')
  })

  it('gives no files where a record, a request or a reason is wanted', async () => {
    expect(await completed('ack', '')).toEqual([])
    expect(await completed('gate', 'explain', '')).toEqual([])
    expect(await completed('freeze', '--reason', '')).toEqual([])
  })

  it('gives nothing where no more arguments are taken', async () => {
    expect(await completed('show', 'prod/web', '')).toEqual([])
    expect(await completed('status', '')).toEqual([])
  })

  it.each([
    ['a short option', ['scan', '-o', '']],
    ['a long option', ['scan', '--output', 'j']],
    ['an option that the shell cut at its =', ['scan', '--output', '=', 'j']],
  ])('gives the formats as value of %s', async (_, words) => {
    expect(await completed(...words)).toEqual(expect.arrayContaining(['table', 'json']))
  })

  it('gives options of the command that is meant', async () => {
    expect(await completed('scan', '--')).toEqual(expect.arrayContaining(['--output', '--fail-on', '--help']))
    expect(await completed('status', '--')).not.toContain('--fail-on')
  })

  it('leaves files to the shell', async () => {
    expect(await completed('scan', '--config', '')).toBe('files')
    expect(await completed('backup', '')).toBe('files')
    expect(await completed('ignore', 'k7x2mq', '--in', '')).toBe('files')
  })

  it('goes into subcommands', async () => {
    expect(await completed('config', '')).toEqual(['validate', 'schema'])
    expect(await completed('config', 'validate', '--c')).toContain('--config')
  })

  it('knows the shells', async () => {
    expect(await completed('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })
})
