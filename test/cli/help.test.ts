import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDriftd } from '../../src/cli/driftd-program.js'
import { type BuiltPackage, buildPackage } from '../helpers/built-package.js'
import { tempFolder } from '../lib/temp-folder.js'

let built: BuiltPackage
beforeAll(() => {
  built = buildPackage()
})
afterAll(() => built.remove())

async function helpOf(...words: readonly string[]): Promise<string> {
  const program = await buildDriftd(['node', 'driftd', ...words])
  const command = words.reduce<Command>(
    (found, word) => found.commands.find((candidate) => candidate.name() === word) ?? found,
    program,
  )
  let text = ''
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
  })
  command.outputHelp()
  return text
}

async function commandNames(): Promise<readonly string[]> {
  return (await buildDriftd(['node', 'driftd'])).commands.map((command) => command.name())
}

function driftd(...args: readonly string[]) {
  const folder = tempFolder()
  return built.run('driftd', args, { cwd: folder, env: { PATH: process.env.PATH ?? '', HOME: folder } })
}

describe('help', () => {
  it('has examples for every command', async () => {
    for (const name of await commandNames()) expect(await helpOf(name), name).toContain('Examples:')
  })

  it('has every example begin with a command that exists', async () => {
    const names = await commandNames()
    for (const name of ['', ...names]) {
      const used = [...(await helpOf(name)).matchAll(/^ {2}driftd ([a-z]+)/gm)].map(([, used]) => used ?? '')
      expect(
        used.filter((word) => !names.includes(word)),
        name,
      ).toEqual([])
    }
  })

  it('names every exit code once, in the help of the program', async () => {
    expect(await helpOf()).toMatch(
      /0 in sync, 2 drift, 1 error, 3 refused by the gate, 4 incomplete, 130 interrupted/,
    )
  })
})

describe('usage errors', () => {
  it.each([
    [['scna'], "unknown command 'scna'", '(Did you mean scan?)'],
    [['scan', '--outptu', 'json'], "unknown option '--outptu'", '(Did you mean --output?)'],
    [['config', 'valdiate'], "unknown command 'valdiate'", '(Did you mean validate?)'],
    [['completion', 'tcsh'], "'tcsh' is invalid", 'Allowed choices are bash, zsh, fish.'],
    [['scan', '--fail-on', 'chnaged'], 'is no kind', 'changed'],
  ])('of %j say what was meant, exit 1, and show no stack', async (args, what, meant) => {
    const { exitCode, stdout, stderr } = await driftd(...args)
    expect(stderr).toContain(what)
    expect(stderr).toContain(meant)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stdout).toBe('')
    expect(exitCode).toBe(1)
  })

  it('show a stack with -v only', async () => {
    const quiet = await driftd('status')
    const verbose = await driftd('status', '-v')
    expect(quiet.stderr).toMatch(/^error: there is no driftd\.yaml .* \(CONFIG_NOT_FOUND\)\n$/)
    expect(verbose.stderr).toMatch(/\n\s+at /)
    expect([quiet.exitCode, verbose.exitCode]).toEqual([1, 1])
  })
})
