import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { findProgram } from '../../scripts/lab/find-program.js'
import { type BuiltPackage, buildPackage } from '../helpers/built-package.js'
import { openTerminal, type Terminal } from '../helpers/tmux.js'
import { tempFolder } from '../lib/temp-folder.js'

let built: BuiltPackage
beforeAll(() => {
  built = buildPackage()
})
afterAll(() => built.remove())

interface Place {
  readonly terminal: Terminal
  readonly folder: string
}

/**
 * A terminal in a folder of two stacks without plug-ins. With `isHeld` their plans do not end before they are let go: a
 * script in front of the real Terraform waits, as one with a thousand resources would.
 */
function open({ isHeld }: { readonly isHeld: boolean }): Place {
  const folder = tempFolder()
  for (const name of ['alpha', 'beta']) {
    mkdirSync(join(folder, name))
    writeFileSync(
      join(folder, name, 'main.tf'),
      `terraform {\n  backend "local" {}\n}\nresource "terraform_data" "${name}" {}\n`,
    )
  }
  const config = 'version: 1\nrepositories: [{ name: r, url: ., discover: ["**"] }]\n'
  writeFileSync(join(folder, 'driftd.yaml'), config)
  const held = join(folder, 'held')
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  if (isHeld) {
    writeFileSync(held, '')
    const wait = `case "$*" in plan*) echo $$ >> '${folder}/plans'; while [ -e '${held}' ]; do sleep 0.1; done;; esac`
    writeFileSync(join(bin, 'terraform'), `#!/bin/sh\n${wait}\nexec '${terraform()}' "$@"\n`)
    chmodSync(join(bin, 'terraform'), 0o755)
  }
  const path = `${bin}:${built.bin}:${process.env.PATH ?? ''}`
  const terminal = openTerminal(folder, { PATH: path, HOME: folder, TF_CLI_CONFIG_FILE: '/dev/null' })
  onTestFinished(() => terminal.close())
  return { terminal, folder }
}

/** Lets plans that were held go on. */
function rmHeld(folder: string): void {
  rmSync(join(folder, 'held'))
}

/** The plans that were begun and still run. */
function livePlans(folder: string): readonly string[] {
  return readFileSync(join(folder, 'plans'), 'utf8')
    .split('\n')
    .filter((pid) => pid !== '' && existsSync(`/proc/${pid}`))
}

function terraform(): string {
  const program = findProgram('terraform')
  if (program === null) throw new Error('terraform is not on PATH: run make setup')
  return program
}

describe('in a terminal', () => {
  it('shows what runs while it runs, and leaves only the report', async () => {
    const { terminal, folder } = open({ isHeld: true })
    terminal.type('driftd scan; echo "exit $?"')
    expect(await terminal.until(/ alpha {2}plan {2}\d+\.\d s/)).toMatch(/. alpha {2}plan/)
    rmHeld(folder)
    const text = await terminal.until(/^exit \d/m)
    expect(text).toMatch(/terraform_data\.alpha/)
    expect(text).toContain('exit 0')
    expect(text).not.toMatch(/ (?:alpha|beta) {2}plan {2}\d/)
  })

  it('keeps its lines within a terminal that becomes narrow', async () => {
    const { terminal, folder } = open({ isHeld: true })
    terminal.type('driftd scan; echo "exit $?"')
    await terminal.until(/alpha {2}plan/)
    terminal.resize(44, 12)
    rmHeld(folder)
    const text = await terminal.until(/^exit \d/m)
    expect(text).toContain('exit 0')
    // no row of the live display is left behind, also not one that the terminal wrapped
    expect(text).not.toMatch(/plan {2}\d/)
    expect(text).toContain('terraform_data.beta')
  })

  it('stops cleanly at Ctrl-C, with nothing left running', async () => {
    const { terminal, folder } = open({ isHeld: true })
    terminal.type('driftd scan; echo "exit $?"')
    await terminal.until(/alpha {2}plan/)
    terminal.press('C-c')
    const text = await terminal.until(/^exit \d/m)
    expect(text).toContain('press Ctrl-C again to stop at once')
    expect(text).toContain('exit 130')
    expect(livePlans(folder)).toEqual([])
  })

  it('stops at Ctrl-Z and goes on in the foreground', async () => {
    const { terminal, folder } = open({ isHeld: true })
    terminal.type('driftd scan; echo "exit $?"')
    await terminal.until(/alpha {2}plan/)
    terminal.press('C-z')
    await terminal.until(/Stopped/)
    terminal.type('echo "still $((40 + 2))"')
    await terminal.until(/^still 42/m)
    rmHeld(folder)
    terminal.type('fg; echo "came back with $?"')
    const text = await terminal.until(/^came back with \d/m)
    expect(text).toContain('came back with 0')
    expect(text).toContain('terraform_data.alpha')
  })

  it('writes in colour, and in none with NO_COLOR or --no-color', async () => {
    const { terminal, folder } = open({ isHeld: false })
    const commands = [
      "script -qec 'driftd scan -q' coloured > /dev/null",
      "script -qec 'driftd status --no-color' plain > /dev/null",
      "NO_COLOR=1 script -qec 'driftd status' plain2 > /dev/null",
    ]
    terminal.type(`${commands.join('; ')}; echo written`)
    await terminal.until(/^written/m)
    expect(readFileSync(join(folder, 'coloured'), 'latin1')).toContain('\u001b[')
    for (const name of ['plain', 'plain2']) {
      expect(readFileSync(join(folder, name), 'latin1')).not.toContain('\u001b[3')
    }
  })
})

describe('in a pipe', () => {
  it('ends quietly when the reader has seen enough', async () => {
    const { terminal } = open({ isHeld: false })
    terminal.type(
      'set -o pipefail; driftd scan 2> errors | head -n 1; echo "ended $?"; grep -ciE "EPIPE|at .*js:" errors',
    )
    const text = await terminal.until(/^ended \d\s+\d/m)
    expect(text).toMatch(/^ended [01]\s+0/m)
  })

  it('says in a line that the result could not be written', () => {
    const command = `exec '${join(built.bin, 'driftd')}' config schema > /dev/full`
    const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: tempFolder(), encoding: 'utf8' })
    expect(stderr).toMatch(/^error: the result could not be written: ENOSPC.*\n$/)
    expect(status).toBe(1)
  })

  it('has neither progress frames nor escape sequences', async () => {
    const { terminal, folder } = open({ isHeld: false })
    terminal.type('driftd scan > out 2> err; echo "exit $?"')
    await terminal.until(/^exit \d/m)
    for (const name of ['out', 'err'])
      expect(readFileSync(join(folder, name), 'utf8')).not.toContain('\u001b')
    expect(readFileSync(join(folder, 'err'), 'utf8')).toMatch(/^alpha: plan$/m)
  })
})
