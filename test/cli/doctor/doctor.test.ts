import { chmodSync, existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findProgram } from '../../../scripts/lab/find-program.js'
import { DOCUMENT_SCHEMAS } from '../../../src/documents/document-schema.js'
import { openStore } from '../../../src/store/open-store.js'
import { type BuiltPackage, buildPackage } from '../../helpers/built-package.js'
import { problemsOf } from '../../helpers/document-problems.js'
import { createTestRepository, type TestRepository } from '../../helpers/git-repository.js'
import { fingerprintFolder } from '../../helpers/terraform-stack.js'
import { tempFolder } from '../../lib/temp-folder.js'

let built: BuiltPackage
beforeAll(() => {
  built = buildPackage()
})
afterAll(() => built.remove())

const TERRAFORM = {
  'live/a/main.tf': 'terraform {\n  backend "local" {}\n}\n',
  'live/a/.terraform.lock.hcl': '',
}
const STACKS = '    stacks:\n      - { name: a, provider: terraform, path: live/a }\n'

function config(stacks: string, more = ''): string {
  return `version: 1\nrepositories:\n  - name: infra\n    url: .\n${stacks}${more}`
}

function repositoryWith(text: string, files: Readonly<Record<string, string>> = TERRAFORM): TestRepository {
  const repository = createTestRepository(join(tempFolder(), 'infra'))
  repository.commit({ ...files, 'driftd.yaml': text, '.gitignore': '/.driftd/\n' })
  return repository
}

/** A folder with these programs of the machine and no others. */
function binWith(...names: readonly string[]): string {
  const folder = tempFolder()
  for (const name of names) {
    const program = findProgram(name)
    if (program === null) throw new Error(`${name} is not installed: run make setup`)
    symlinkSync(program, join(folder, name))
  }
  return folder
}

async function doctor(cwd: string, env: Readonly<Record<string, string>> = {}) {
  const base = { PATH: process.env.PATH ?? '', HOME: tempFolder() }
  const args = ['doctor', '-o', 'json']
  const outcome = await built.run('driftd', args, { cwd, env: { ...base, ...env } })
  const document = DOCUMENT_SCHEMAS.doctor.parse(JSON.parse(outcome.stdout))
  expect(problemsOf('doctor', JSON.parse(outcome.stdout))).toEqual([])
  const problems = document.checks.filter(({ state }) => state === 'problem')
  const warnings = document.checks.filter(({ state }) => state === 'warning')
  return { ...outcome, ...document, problems, warnings }
}

describe('driftd doctor', () => {
  it('finds nothing wrong where nothing is, and changes nothing', async () => {
    const { path } = repositoryWith(config(STACKS))
    const before = await fingerprintFolder(path)
    const result = await doctor(path)
    expect(result.problems).toEqual([])
    expect(result.warnings).toEqual([])
    expect([result.ok, result.exitCode]).toEqual([true, 0])
    expect(result.checks.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['node', 'git', 'driftd.yaml', 'store', 'key', 'infra']),
    )
    expect(await fingerprintFolder(path)).toBe(before)
  })

  it('says what is wrong and the command that mends it, as a table too', async () => {
    const folder = tempFolder()
    const env = { PATH: process.env.PATH ?? '', HOME: folder }
    const { stdout, exitCode } = await built.run('driftd', ['doctor'], { cwd: folder, env })
    expect(stdout).toMatch(/✗ driftd\.yaml .*problem: there is no driftd\.yaml/)
    expect(stdout).toMatch(/fix: driftd init/)
    expect(stdout).toMatch(/1 problem.*run driftd doctor again\n$/)
    expect(exitCode).toBe(1)
  })

  it('misses the engine of a stack, and not that of a provider without stacks', async () => {
    const { path } = repositoryWith(config(STACKS))
    const { problems, exitCode } = await doctor(path, { PATH: binWith('git') })
    expect(problems).toMatchObject([{ area: 'engines', what: 'terraform or tofu' }])
    expect(problems[0]?.detail).toContain('ENGINE_MISSING')
    expect(problems[0]?.fix).toContain('install Terraform')
    expect(exitCode).toBe(1)
  })

  it('misses Git', async () => {
    const { path } = repositoryWith(config(STACKS))
    const { problems } = await doctor(path, { PATH: tempFolder() })
    expect(problems.map(({ what }) => what)).toContain('git')
  })

  it('tells of a CLI configuration that is not there, of mirrors and of the cache', async () => {
    const { path } = repositoryWith(config(STACKS))
    const missing = await doctor(path, { TF_CLI_CONFIG_FILE: join(path, 'nowhere') })
    expect(missing.warnings).toMatchObject([{ fix: 'unset TF_CLI_CONFIG_FILE, or correct it' }])
    const file = join(tempFolder(), 'terraform.tfrc')
    writeFileSync(file, 'provider_installation {\n  filesystem_mirror {\n    path = "/no/mirror"\n  }\n}\n')
    const named = await doctor(path, { TF_CLI_CONFIG_FILE: file, TF_PLUGIN_CACHE_DIR: '/no/cache' })
    expect(named.problems.map(({ what, fix }) => [what, fix])).toEqual([
      ['provider mirror', expect.stringContaining('terraform providers mirror /no/mirror')],
      ['provider cache', 'mkdir -p /no/cache'],
    ])
  })

  it('tells every problem of the configuration', async () => {
    const { path } = repositoryWith(config('    pollevery: 5m\n    ref: "-x"\n'))
    const { problems } = await doctor(path)
    expect(problems.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('did you mean pollEvery?'),
      expect.stringContaining('ref'),
    ])
  })

  it('reads every secret that is named, and shows none', async () => {
    const defaults =
      'defaults:\n  labels: { env: prod }\n  env: { A: { env: NOT_SET_HERE }, B: { env: SET_HERE }, C: { file: /no/secret } }\n'
    const { path } = repositoryWith(config(STACKS, defaults))
    const { problems, stdout } = await doctor(path, { SET_HERE: 'correct-horse' })
    expect(problems.map(({ fix }) => fix)).toEqual(['export NOT_SET_HERE=...', 'ls -l /no/secret'])
    expect(stdout).not.toContain('correct-horse')
  })

  it('tells of a ref and of a repository that are not there', async () => {
    const text = `version: 1\nrepositories:\n  - { name: a, url: ., ref: gone }\n  - { name: b, url: ./nowhere }\n  - { name: c, url: "http://127.0.0.1:1/x.git" }\n`
    const { path } = repositoryWith(text)
    const { problems } = await doctor(path)
    expect(problems.map(({ what, detail }) => [what, /\(([A-Z_]+)\)$/.exec(detail)?.[1]])).toEqual([
      ['a', 'REF_NOT_FOUND'],
      ['b', 'REPOSITORY_INVALID'],
      ['c', 'REPOSITORY_UNREACHABLE'],
    ])
  })

  it('tells of stacks whose files are not in the commit', async () => {
    const stacks = [
      '    stacks:',
      '      - { name: a, provider: terraform, path: live/gone }',
      '      - { name: b, provider: terraform, path: live/a, varFiles: [no.tfvars] }',
      '      - { name: c, provider: ansible, playbook: web.yml, inventory: [hosts.ini, "h1,h2"] }',
      '      - { name: d, provider: ansible, playbook: gone.yml }',
      '',
    ].join('\n')
    const { path } = repositoryWith(config(stacks), { ...TERRAFORM, 'web.yml': '- hosts: all\n' })
    writeFileSync(join(path, 'hosts.ini'), 'localhost\n')
    const { problems, warnings } = await doctor(path)
    expect(problems.map(({ what, detail }) => `${what}: ${detail}`)).toEqual([
      'a: live/gone has no .tf or .tf.json file',
      'b: there is no variable file no.tfvars',
      'c: inventory hosts.ini cannot be read',
      'd: playbook gone.yml cannot be read',
    ])
    expect(warnings.map(({ what }) => what)).toEqual(['d'])
  })

  it('tells of a repository without stacks', async () => {
    const { path } = repositoryWith(config('    discover: ["nothing/**"]\n'))
    const { problems } = await doctor(path)
    expect(problems).toMatchObject([{ what: 'infra', detail: expect.stringContaining('NO_STACKS') }])
  })

  it('tells of a data folder that Git does not ignore', async () => {
    const repository = repositoryWith(config(STACKS))
    repository.commit({ '.gitignore': '' })
    const { warnings } = await doctor(repository.path)
    expect(warnings).toMatchObject([{ what: 'key', fix: expect.stringContaining("echo '/.driftd/' >>") }])
  })

  it('tells of a channel that nothing is sent to', async () => {
    const channels =
      '    hook: { type: webhook, url: "https://siem.acme.io/x" }\n    idle: { type: webhook, url: "https://siem.acme.io/y" }\n'
    const alerts = `alerts:\n  channels:\n${channels}  routes: [{ channels: [hook] }]\n`
    const { path } = repositoryWith(config(STACKS, alerts))
    const { warnings } = await doctor(path)
    expect(warnings).toMatchObject([{ area: 'alerts', what: 'idle', fix: expect.stringContaining('routes') }])
  })
})

describe('driftd doctor on a store', () => {
  async function withStore(): Promise<{ readonly path: string; readonly file: string }> {
    const { path } = repositoryWith(config(STACKS))
    const file = join(path, '.driftd/driftd.db')
    const store = await openStore(`sqlite:${file}`)
    await store.saveKeyId('0123456789abcdef')
    await store.close()
    return { path, file }
  }

  it('misses the key of the stored hashes, and makes none', async () => {
    const { path, file } = await withStore()
    const { problems } = await doctor(path)
    expect(problems).toMatchObject([{ what: 'key', detail: expect.stringContaining('KEY_MISSING') }])
    expect(existsSync(join(dirname(file), 'key'))).toBe(false)
  })

  it('tells of a store that is damaged', async () => {
    const { path, file } = await withStore()
    for (const name of readdirSync(dirname(file)))
      writeFileSync(join(dirname(file), name), 'no database at all')
    const { problems } = await doctor(path)
    expect(problems).toMatchObject([{ what: 'store', detail: expect.stringContaining('STORE_CORRUPT') }])
  })

  it('tells of rights that are too wide', async () => {
    const { path, file } = await withStore()
    const key = join(tempFolder(), 'key')
    chmodSync(file, 0o644)
    writeFileSync(key, `${'ab'.repeat(32)}\n`)
    chmodSync(key, 0o666)
    const { warnings, problems } = await doctor(path, { DRIFTD_KEY_FILE: key })
    expect(warnings).toMatchObject([{ what: 'store', fix: `chmod 600 ${file}` }])
    expect(problems).toMatchObject([{ what: 'key' }])
  })

  it('says what the first scan will make, and where it cannot', async () => {
    const { path } = repositoryWith(config(STACKS, 'store: sqlite:live/a/main.tf/x.db\n'))
    const { problems } = await doctor(path)
    expect(problems).toMatchObject([{ what: 'store' }])
  })
})
