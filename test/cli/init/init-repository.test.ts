import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findProgram } from '../../../scripts/lab/find-program.js'
import { type BuiltPackage, buildPackage } from '../../helpers/built-package.js'
import { createTestRepository, type TestRepository } from '../../helpers/git-repository.js'
import type { CliOutcome } from '../../helpers/run-cli.js'
import { tempFolder } from '../../lib/temp-folder.js'

const BACKEND = 'terraform {\n  backend "local" {}\n}\n'
const PLAYBOOK = '- hosts: all\n  tasks: []\n'
const FILES = {
  'live/prod/main.tf': BACKEND,
  'live/prod/prod.tfvars': '',
  'modules/m/main.tf': 'resource "terraform_data" "x" {}\n',
  'playbooks/web.yml': PLAYBOOK,
  'inventories/prod': 'localhost\n',
  'inventories/stage': 'localhost\n',
}

let built: BuiltPackage
beforeAll(() => {
  built = buildPackage()
})
afterAll(() => built.remove())

function driftd(cwd: string, ...args: readonly string[]): Promise<CliOutcome> {
  return built.run('driftd', args, { cwd, env: { PATH: process.env.PATH ?? '', HOME: tempFolder() } })
}

function repositoryWith(files: Readonly<Record<string, string>>): TestRepository {
  const repository = createTestRepository(join(tempFolder(), 'Acme Infra'))
  repository.commit(files)
  return repository
}

describe('driftd init', () => {
  it('finds root modules and playbooks and writes a configuration that validates', async () => {
    const { path } = repositoryWith(FILES)
    const init = await driftd(join(path, 'live'), 'init')
    expect(init.stderr).toBe('')
    expect(init.exitCode).toBe(0)
    expect(init.stdout).toContain('3 stacks (1 terraform, 2 ansible)')
    expect(init.stdout).toContain('driftd doctor')
    const text = readFileSync(join(path, 'driftd.yaml'), 'utf8')
    const names = [...text.matchAll(/^ {6}- name: (.*)$/gm)].map(([, name]) => name)
    expect(names).toEqual(['live/prod', 'playbooks/web/prod', 'playbooks/web/stage'])
    expect(text).toContain('# varFiles: ["prod.tfvars"]')
    expect(text).toContain('  - name: acme-infra\n')
    const valid = await driftd(path, 'config', 'validate')
    expect(valid.stdout).toContain('is valid')
    expect(valid.exitCode).toBe(0)
  })

  it('points editors to a schema that is there', async () => {
    const { path } = repositoryWith(FILES)
    await driftd(path, 'init')
    const [first = ''] = readFileSync(join(path, 'driftd.yaml'), 'utf8').split('\n')
    const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? []
    const parsed: unknown = JSON.parse(readFileSync(join(path, schema), 'utf8'))
    expect(parsed).toMatchObject({ type: 'object', required: ['version', 'repositories'] })
  })

  it('writes targets that make runs, from any folder', async () => {
    const make = findProgram('make')
    if (make === null) throw new Error('make is not installed')
    const { path } = repositoryWith(FILES)
    await driftd(path, 'init')
    const folder = tempFolder()
    writeFileSync(join(folder, 'Makefile'), `include ${join(path, 'driftd.mk').replaceAll(' ', '\\ ')}\n`)
    const run = (...args: readonly string[]) =>
      execFileSync(make, ['--no-print-directory', 'DRIFTD=echo', ...args], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    expect(run('--silent', 'scan')).toMatch(/^scan --config .*driftd\.yaml\s*$/)
    expect(run('--silent', 'scan', 'STACK=live/prod')).toMatch(/driftd\.yaml live\/prod$/m)
    expect(run('--silent', 'remediate', 'STACK=live/prod')).toMatch(/^remediate .* live\/prod$/m)
    expect(() => run('remediate')).toThrow()
  })

  it('writes over nothing, and says so', async () => {
    const { path } = repositoryWith(FILES)
    writeFileSync(join(path, 'driftd.mk'), 'mine')
    const init = await driftd(path, 'init')
    expect(init.exitCode).toBe(1)
    expect(init.stderr).toContain('already has driftd.mk')
    expect(readFileSync(join(path, 'driftd.mk'), 'utf8')).toBe('mine')
    expect(existsSync(join(path, 'driftd.yaml'))).toBe(false)
    expect((await driftd(path, 'init', '--force')).exitCode).toBe(0)
    expect(readFileSync(join(path, 'driftd.mk'), 'utf8')).not.toBe('mine')
  })

  it('writes through no symbolic link, also when forced', async () => {
    const { path } = repositoryWith(FILES)
    const target = join(tempFolder(), 'precious')
    writeFileSync(target, 'precious')
    symlinkSync(target, join(path, 'driftd.yaml'))
    expect((await driftd(path, 'init', '--force')).exitCode).toBe(1)
    expect(readFileSync(target, 'utf8')).toBe('precious')
  })

  it('says what it looked for where there is nothing, and writes nothing', async () => {
    const { path } = repositoryWith({ 'README.md': '' })
    const init = await driftd(path, 'init')
    expect(init.exitCode).toBe(1)
    expect(init.stderr).toMatch(/looked for stacks of terraform and ansible.*\(NO_STACKS\)/s)
    expect(existsSync(join(path, 'driftd.yaml'))).toBe(false)
  })

  it('takes a folder that is no repository as it is', async () => {
    const folder = join(tempFolder(), 'plain')
    mkdirSync(folder)
    writeFileSync(join(folder, 'main.tf'), BACKEND)
    expect((await driftd(folder, 'init')).exitCode).toBe(0)
    const text = readFileSync(join(folder, 'driftd.yaml'), 'utf8')
    expect(text).toContain('is compared as it is')
    expect(text).toContain('- name: plain\n        provider: terraform\n        path: .')
  })

  it('names the remote without what may be secret in it', async () => {
    const repository = repositoryWith(FILES)
    repository.git('remote', 'add', 'origin', 'https://user:hunter22@git.acme.io/infra.git')
    await driftd(repository.path, 'init')
    expect(readFileSync(join(repository.path, 'driftd.yaml'), 'utf8')).not.toContain('hunter22')
    repository.git('remote', 'set-url', 'origin', 'https://git.acme.io/infra.git')
    await driftd(repository.path, 'init', '--force')
    expect(readFileSync(join(repository.path, 'driftd.yaml'), 'utf8')).toContain(
      'https://git.acme.io/infra.git',
    )
  })

  it('makes files that others may read, since they go into Git', async () => {
    const { path } = repositoryWith(FILES)
    await driftd(path, 'init')
    expect(statSync(join(path, 'driftd.yaml')).mode & 0o777).toBe(0o644)
  })
})
