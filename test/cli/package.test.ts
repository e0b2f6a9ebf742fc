import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type BuiltPackage, buildPackage } from '../helpers/built-package.js'
import { listFiles, REPOSITORY_ROOT, readSources } from '../helpers/source-tree.js'

const packedSchema = z.array(
  z.object({ filename: z.string(), files: z.array(z.object({ path: z.string(), mode: z.int() })) }),
)
const manifestSchema = z.object({
  bin: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
})

let built: BuiltPackage
let folder: string
let tarball: string
let files: readonly { readonly path: string; readonly mode: number }[]
beforeAll(() => {
  built = buildPackage()
  folder = mkdtempSync(join(tmpdir(), 'driftd-pack-'))
  const text = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], built.folder)
  const [packed] = packedSchema.parse(JSON.parse(text))
  if (packed === undefined) throw new Error('npm packed nothing')
  tarball = join(folder, packed.filename)
  files = packed.files
})
afterAll(() => {
  built.remove()
  rmSync(folder, { recursive: true, force: true })
})

function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', [...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 240_000,
  })
}

function manifest() {
  return manifestSchema.parse(JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'package.json'), 'utf8')))
}

describe('the package', () => {
  it('holds what the commands need, and can be run', async () => {
    const paths = files.map(({ path }) => path)
    const callback = (await listFiles('providers/ansible/callback')).filter((path) => path.endsWith('.py'))
    expect(callback.length).toBeGreaterThan(5)
    expect(paths).toEqual(
      expect.arrayContaining([
        ...callback,
        'schemas/scans.schema.json',
        'docs/errors.md',
        'docs/configuration.md',
        'LICENSE',
        'README.md',
        'dist/src/cli/driftd.js',
        'dist/providers/index.js',
      ]),
    )
    for (const command of Object.values(manifest().bin)) {
      expect(files.find(({ path }) => path === command)?.mode, command).toBe(0o755)
    }
  })

  it('holds nothing else', () => {
    const allowed =
      /^(?:bin|dist\/(?:src|providers)|docs|packaging|schemas|providers\/ansible\/callback)\/|^providers\/[a-z]+\/README\.md$|^[A-Z]+(?:\.md)?$|^package\.json$/
    const odd = files.filter(
      ({ path }) => !allowed.test(path) || /__pycache__|\.test\.|node_modules/.test(path),
    )
    expect(odd).toEqual([])
  })

  it('names every package that its code imports', async () => {
    const known = Object.keys(manifest().dependencies)
    const imported = (await readSources(['src', 'providers'])).flatMap((file) => file.packages)
    const names = imported
      .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
    expect([...new Set(names)].filter((name) => !known.includes(name))).toEqual([])
  })
})

/**
 * What this proves: the dependency list is enough, all three commands find every file they need in a global installation,
 * WebAssembly and Python included. What it does not: that better-sqlite3 compiles, whose native part is copied from here.
 */
describe('installed into an empty prefix', () => {
  let prefix: string
  let unbuilt: readonly string[]
  beforeAll(() => {
    prefix = join(folder, 'prefix')
    mkdirSync(prefix)
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
    npm(['install', '--global', '--prefix', prefix, '--ignore-scripts', ...quiet, tarball], folder)
    unbuilt = ['doctor', 'status'].map((command) => fail(command))
    const installed = join(prefix, 'lib/node_modules/driftd/node_modules/better-sqlite3')
    cpSync(join(REPOSITORY_ROOT, 'node_modules/better-sqlite3/build'), join(installed, 'build'), {
      recursive: true,
    })
  }, 300_000)

  function run(command: string, args: readonly string[], cwd: string): string {
    const env = { PATH: `${join(prefix, 'bin')}:${process.env.PATH ?? ''}`, HOME: cwd }
    return execFileSync(join(prefix, 'bin', command), [...args], {
      cwd,
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    })
  }

  /** What a command says that fails, where there is a configuration. */
  function fail(command: string): string {
    const cwd = mkdtempSync(join(folder, 'unbuilt-'))
    writeFileSync(join(cwd, 'driftd.yaml'), 'version: 1\nrepositories: [{ name: r, url: . }]\n')
    const env = { PATH: process.env.PATH ?? '', HOME: cwd }
    const args = [command, '--no-color']
    const { stdout, stderr } = spawnSync(join(prefix, 'bin/driftd'), args, { cwd, env, encoding: 'utf8' })
    return stdout + stderr
  }

  it('says how to build what npm did not build', () => {
    const command = `cd ${join(prefix, 'lib/node_modules/driftd')} && npm rebuild better-sqlite3`
    const [doctor = '', status = ''] = unbuilt
    expect(doctor).toMatch(/✗ better-sqlite3 +problem: has no native part for this Node/)
    expect(doctor).toContain(`fix: ${command}`)
    expect(doctor).toContain('1 problem')
    expect(status).toMatch(/^error: better-sqlite3 has no native part .*\(NATIVE_PART_MISSING\)\n$/)
    expect(status).toContain(command)
  })

  it('compares a folder of Terraform, with its line in the source', () => {
    const cwd = join(folder, 'stack')
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'main.tf'), '\nresource "terraform_data" "x" {}\n')
    const document = JSON.parse(run('terradiff', ['-o', 'json'], cwd)) as { scans: { records: object[] }[] }
    expect(document.scans[0]?.records).toMatchObject([
      { kind: 'pending', address: 'terraform_data.x', source: { file: 'main.tf', line: 2 } },
    ])
  })

  it('compares a playbook, by the callback that came with it', () => {
    const cwd = join(folder, 'play')
    mkdirSync(cwd)
    const task =
      '    - { name: motd, ansible.builtin.copy: { dest: "{{ playbook_dir }}/motd", content: hi } }\n'
    writeFileSync(
      join(cwd, 'site.yml'),
      `- hosts: all\n  connection: local\n  gather_facts: false\n  tasks:\n${task}`,
    )
    writeFileSync(join(cwd, 'motd'), 'hi')
    run('ansiblediff', ['site.yml', '-i', 'localhost,'], cwd)
    writeFileSync(join(cwd, 'motd'), 'ho')
    expect(() => run('ansiblediff', ['site.yml', '-i', 'localhost,'], cwd)).toThrow(/: drifted after/)
    expect(readFileSync(join(cwd, 'motd'), 'utf8')).toBe('ho')
  })

  it('makes a configuration and a store', () => {
    const cwd = join(folder, 'estate')
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'main.tf'), 'terraform {\n  backend "local" {}\n}\n')
    expect(run('driftd', ['--version'], cwd)).toMatch(/^\d+\.\d+\.\d+\n$/)
    run('driftd', ['init'], cwd)
    run('driftd', ['scan', '--quiet'], cwd)
    expect(run('driftd', ['status'], cwd)).toContain('estate')
    expect(existsSync(join(cwd, '.driftd/driftd.db'))).toBe(true)
  })
})
