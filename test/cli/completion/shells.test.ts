import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findProgram } from '../../../scripts/lab/find-program.js'
import { type BuiltPackage, buildPackage } from '../../helpers/built-package.js'
import { tempFolder } from '../../lib/temp-folder.js'

const CONFIG = `version: 1
repositories:
  - name: infra
    url: .
    stacks:
      - { name: prod/network, provider: terraform, path: a }
      - { name: prod/web, provider: terraform, path: b }
      - { name: stage/web, provider: terraform, path: c }
`

let built: BuiltPackage
beforeAll(() => {
  built = buildPackage()
})
afterAll(() => built.remove())

/** What a script of a shell prints, with driftd on PATH and the configuration in the current folder. */
function run(shell: 'bash' | 'zsh' | 'fish', script: string): readonly string[] {
  const program = findProgram(shell)
  if (program === null) throw new Error(`${shell} is not installed: apt-get install ${shell}`)
  const folder = tempFolder()
  writeFileSync(join(folder, 'driftd.yaml'), CONFIG)
  const env = { PATH: `${built.bin}:${process.env.PATH ?? ''}`, HOME: folder, TERM: 'dumb' }
  const args = { bash: ['--norc', '-c'], zsh: ['-f', '-c'], fish: ['--no-config', '-c'] }[shell]
  const text = execFileSync(program, [...args, script], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 30_000,
  })
  return text.split('\n').filter((line) => line !== '')
}

/** What bash would offer for a command line, the cursor at its end. */
function inBash(...words: readonly string[]): readonly string[] {
  const quoted = words.map((word) => `'${word}'`).join(' ')
  return run(
    'bash',
    `source <(driftd completion bash); COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}
     _driftd; printf '%s\\n' "\${COMPREPLY[@]}"`,
  )
}

describe('bash', () => {
  it('is told what to call', () => {
    expect(run('bash', 'source <(driftd completion bash); complete -p driftd')).toEqual([
      'complete -F _driftd driftd',
    ])
  })

  it('offers commands, options, formats and names of stacks', () => {
    expect(inBash('driftd', 'st')).toEqual(['status'])
    expect(inBash('driftd', 'scan', '--fail')).toEqual(['--fail-on'])
    expect(inBash('driftd', 'scan', '-o', 'js')).toEqual(expect.arrayContaining(['json']))
    expect(inBash('driftd', 'show', 'prod/')).toEqual(['prod/network', 'prod/web'])
  })

  it('offers values behind a =', () => {
    expect(inBash('driftd', 'scan', '--output', '=', 'ta')).toEqual(['table'])
  })
})

describe.runIf(findProgram('zsh') !== null || process.env.CI === 'true')('zsh', () => {
  it('offers names of stacks with what they are', () => {
    // _describe shows candidates to a person; here it prints them
    const script = `compdef() { registered=$2 }
      source <(driftd completion zsh)
      _describe() { print -l -- "$candidates[@]" }
      words=(driftd show prod/); CURRENT=3; _driftd; print -- "for $registered"`
    expect(run('zsh', script)).toEqual([
      'prod/network:stack',
      'prod/web:stack',
      'stage/web:stack',
      'for driftd',
    ])
  })

  it('leaves files to the shell', () => {
    const script = `compdef() { }
      source <(driftd completion zsh)
      _files() { print files }
      words=(driftd scan --config ''); CURRENT=4; _driftd`
    expect(run('zsh', script)).toEqual(['files'])
  })
})

describe.runIf(findProgram('fish') !== null || process.env.CI === 'true')('fish', () => {
  it('offers commands and names of stacks with what they are', () => {
    const complete = (line: string) => run('fish', `driftd completion fish | source; complete -C '${line}'`)
    expect(complete('driftd show prod/')).toEqual(['prod/network\tstack', 'prod/web\tstack'])
    expect(complete('driftd stat')).toEqual([expect.stringMatching(/^status\tevery stack/)])
  })
})
