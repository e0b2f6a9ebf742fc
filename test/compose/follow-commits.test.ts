import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createCommitFollower } from '../../src/compose/follow-commits.js'
import { createTrackedRepository, type TrackedRepositoryParts } from '../../src/compose/tracked-repository.js'
import { createTestRepository, type TestRepository } from '../helpers/git-repository.js'
import { trackedParts } from '../helpers/tracked.js'

const signal = new AbortController().signal
const stack = (module: string) =>
  `terraform {\n  backend "local" {}\n}\nmodule "m" {\n  source = "../../modules/${module}"\n}\n`
const FILES = {
  'README.md': '1',
  'live/a/main.tf': stack('one'),
  'live/a/prod.auto.tfvars': 'x = 1',
  'live/b/main.tf': stack('two'),
  'modules/one/main.tf': 'module "two" {\n  source = "../two"\n}\n',
  'modules/two/main.tf': 'variable "x" {}\n',
  'playbooks/web.yml': '- hosts: web\n  roles: [web]\n',
  'playbooks/db.yml': '- hosts: db\n  tasks: []\n',
  'playbooks/group_vars/all.yml': 'a: 1',
  'roles/web/tasks/main.yml': '[]',
}
const [A, B, WEB, DB] = ['live/a', 'live/b', 'playbooks/web.yml', 'playbooks/db.yml'] as const

/** Opens the repository as it is now, as the daemon does for each commit. */
async function touchedSince(
  from: string | null,
  parts: TrackedRepositoryParts,
  follower = createCommitFollower(parts),
): Promise<readonly string[]> {
  const opened = await createTrackedRepository(parts).open(signal)
  try {
    return await follower.touched(opened, from, signal)
  } finally {
    await opened.release()
  }
}

async function estate(files: Readonly<Record<string, string>> = FILES) {
  const origin = createTestRepository()
  const from = origin.commit(files)
  const parts = await trackedParts(origin.path)
  const follower = createCommitFollower(parts)
  const all = await touchedSince(null, parts, follower)
  return { origin, from, parts, follower, all }
}

const edit = (files: Readonly<Record<string, string>>) => (origin: TestRepository) =>
  void origin.commit(files)
const remove = (path: string) => (origin: TestRepository) => {
  rmSync(join(origin.path, path))
  origin.commit({})
}

/** A repository's own file, as it grows. */
const OWN = [
  'version: 1\nignore:\n  - { match: { stack: "live/*" }, reason: x, owner: y, until: 2099-01-01 }\n',
  '  - { match: { kind: changed }, reason: x, owner: y, until: 2099-01-01 }\n',
  'labels: { team: web }\n',
  'stacks:\n  - { name: b2, provider: terraform, path: live/b, labels: { x: y } }\n',
] as const
const ownFile = (parts: number) => edit({ '.driftd.yaml': OWN.slice(0, parts).join('') })

function moveModule(origin: TestRepository): void {
  origin.git('mv', 'modules/two', 'modules/three')
  origin.commit({ 'live/b/main.tf': stack('three') })
}

describe('what a commit touches', () => {
  it('is everything at first', async () => {
    expect((await estate()).all).toEqual([A, B, DB, WEB])
  })

  it('is what depends on what it changes, commit after commit', async () => {
    const steps: readonly (readonly [string, (origin: TestRepository) => void, readonly string[]])[] = [
      ['a file of one stack', edit({ 'live/a/main.tf': `${stack('one')}# more\n` }), [A]],
      [
        'a module used by a module',
        edit({ 'modules/one/main.tf': `${FILES['modules/one/main.tf']}#\n` }),
        [A],
      ],
      ['a module that both use', edit({ 'modules/two/main.tf': 'variable "y" {}\n' }), [A, B]],
      ['a file that is new in a module', edit({ 'modules/one/more.tf': '' }), [A]],
      ['a variable file that is gone', remove('live/a/prod.auto.tfvars'), [A]],
      ['a role', edit({ 'roles/web/tasks/main.yml': '- debug:\n' }), [WEB]],
      ['a file that is new in a role', edit({ 'roles/web/templates/a.j2': '' }), [WEB]],
      ['variables of a group', edit({ 'playbooks/group_vars/all.yml': 'a: 2' }), [DB, WEB]],
      ['what no stack reads', edit({ 'README.md': '2', 'docs/a.md': '' }), []],
      ['nothing at all', edit({}), []],
      ['an ignore rule of some stacks', ownFile(1), [A, B]],
      ['an ignore rule of all', ownFile(2), [A, B, DB, WEB]],
      ['labels of all', ownFile(3), [A, B, DB, WEB]],
      ['a stack in the place of one that was found', ownFile(4), ['b2']],
      ['a module that was moved', moveModule, ['b2', A]],
      ['a new stack', edit({ 'live/c/main.tf': stack('three') }), ['live/c']],
    ]
    const { origin, from, parts, follower } = await estate()
    let last = from
    for (const [what, change, expected] of steps) {
      change(origin)
      expect(await touchedSince(last, parts, follower), what).toEqual(expected)
      last = origin.git('rev-parse', 'HEAD')
    }
  }, 60_000)

  it('is told of what symbolic links lead to', async () => {
    const linked = (origin: TestRepository) => {
      origin.link('live/a/common.tf', '../../shared/common.tf')
      origin.link('live/b/shared', '../../shared')
    }
    const { origin, parts, follower } = await estate({
      ...FILES,
      'shared/common.tf': '',
      'shared/files/x': '1',
    })
    linked(origin)
    const from = origin.commit({})
    await touchedSince(null, parts, follower)
    const second = origin.commit({ 'shared/common.tf': '#' })
    expect(await touchedSince(from, parts, follower)).toEqual([A, B])
    const third = origin.commit({ 'shared/files/x': '2' })
    expect(await touchedSince(second, parts, follower)).toEqual([B])
    expect(await touchedSince(third, parts, follower)).toEqual([])
  })

  it('is the same for a daemon that was started since', async () => {
    const { origin, from, parts } = await estate()
    remove('live/a/prod.auto.tfvars')(origin)
    origin.commit({ 'roles/web/templates/a.j2': '' })
    expect(await touchedSince(from, parts)).toEqual([A, WEB])
  })

  it('is everything where the commit before is not here', async () => {
    const { parts, follower } = await estate()
    expect(await touchedSince('0123456789012345678901234567890123456789', parts, follower)).toHaveLength(4)
  })

  it('is what the last of several commits and all before it touched', async () => {
    const { origin, from, parts, follower } = await estate()
    origin.commit({ 'roles/web/tasks/main.yml': '- debug:\n' })
    origin.commit({ 'live/a/main.tf': stack('two') })
    expect(await touchedSince(from, parts, follower)).toEqual([A, WEB])
  })
})
