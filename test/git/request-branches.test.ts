import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { RequestBranch, RequestBranches } from '../../src/forge/request-branches.js'
import type { Repository } from '../../src/git/repository.js'
import { createTestRepository, openTestRepository, type TestRepository } from '../helpers/git-repository.js'
import { tempFolder } from '../lib/temp-folder.js'

const { signal } = new AbortController()
const BRANCH = 'drift/prod/network/01KAZZZZZZZZZZZZZZZZZZZZZZ'
const FILE = '.drift/requests/prod/network/01KAZZZZZZZZZZZZZZZZZZZZZZ.json'

let origin: TestRepository
let base: string
let repository: Repository

beforeEach(async () => {
  origin = createTestRepository()
  base = origin.commit({ 'live/main.tf': 'a', 'README.md': 'b' })
  repository = await openTestRepository(origin.path)
  await repository.fetchTip()
})

function branchesOf(opened: Repository): RequestBranches {
  if (opened.branches === null) throw new Error('it has no branches')
  return opened.branches
}

function wanted(overrides: Partial<RequestBranch> = {}): RequestBranch {
  return {
    branch: BRANCH,
    baseCommit: base,
    files: [{ path: FILE, content: '{\r\n "é": 1 }' }],
    message: 'driftd: revert\n\n# kept\n',
    at: '2026-11-24T10:00:00.000Z',
    ...overrides,
  }
}

describe('a branch of a request', () => {
  it('holds one commit that adds the file to the base, byte for byte, and nothing else', async () => {
    const commit = await branchesOf(repository).push(wanted(), signal)
    expect(origin.git('rev-parse', BRANCH)).toBe(commit)
    expect(origin.git('rev-parse', `${BRANCH}^`)).toBe(base)
    expect(origin.git('diff', '--name-status', base, commit)).toBe(`A\t${FILE}`)
    const bytes = await repository.history?.readFileAt(commit, FILE)
    expect(bytes?.toString()).toBe('{\r\n "é": 1 }')
    expect(origin.git('log', '-1', '--format=%an %ae %B', commit)).toBe(
      'driftd driftd@localhost driftd: revert\n\n# kept',
    )
    expect(origin.git('rev-parse', 'main')).toBe(base)
  })

  it('is the same commit when it is made again, also from another machine', async () => {
    const commit = await branchesOf(repository).push(wanted(), signal)
    expect(await branchesOf(repository).push(wanted(), signal)).toBe(commit)
    const other = await openTestRepository(origin.path)
    await other.fetchTip()
    expect(await branchesOf(other).push(wanted(), signal)).toBe(commit)
  })

  it('is left as it is where somebody has approved on top of it', async () => {
    const commit = await branchesOf(repository).push(wanted(), signal)
    origin.git('checkout', '--quiet', BRANCH)
    const head = origin.commit({ [`${FILE}.alice.sig`]: 'x' })
    origin.git('checkout', '--quiet', 'main')
    expect(await branchesOf(repository).push(wanted(), signal)).toBe(commit)
    expect(origin.git('rev-parse', BRANCH)).toBe(head)
    expect(await branchesOf(repository).bring(BRANCH, signal)).toBe(head)
  })

  it('is not overwritten where somebody has taken its name', async () => {
    origin.git('branch', BRANCH)
    await expect(branchesOf(repository).push(wanted(), signal)).rejects.toMatchObject({
      code: 'FORGE_FAILED',
    })
    expect(origin.git('rev-parse', BRANCH)).toBe(base)
  })

  it('says what the remote said when it refuses', async () => {
    const hook = join(origin.path, '.git/hooks/pre-receive')
    writeFileSync(hook, '#!/bin/sh\necho "no pushes today" >&2\nexit 1\n')
    chmodSync(hook, 0o755)
    await expect(branchesOf(repository).push(wanted(), signal)).rejects.toMatchObject({
      code: 'FORGE_FAILED',
      message: expect.stringContaining('no pushes today'),
    })
  })

  it.each(['main', 'refs/heads/main', 'drifts/x', 'drift/../main', 'drift/a b', '-drift/x', 'drift/x:main'])(
    'is never %s',
    async (branch) => {
      await expect(branchesOf(repository).push(wanted({ branch }), signal)).rejects.toMatchObject({
        code: 'INTERNAL',
      })
      await expect(branchesOf(repository).remove(branch, signal)).rejects.toMatchObject({ code: 'INTERNAL' })
    },
  )

  it('can be fetched and removed, also when it is gone already', async () => {
    const branches = branchesOf(repository)
    expect(await branches.bring(BRANCH, signal)).toBeNull()
    const commit = await branches.push(wanted(), signal)
    expect(await branches.bring(BRANCH, signal)).toBe(commit)
    await branches.remove(BRANCH, signal)
    expect(await branches.bring(BRANCH, signal)).toBeNull()
    await branches.remove(BRANCH, signal)
    expect(origin.git('branch', '--list', 'drift/*')).toBe('')
  })

  it('says REPOSITORY_UNREACHABLE where the remote is gone', async () => {
    const branches = branchesOf(repository)
    origin.git('config', 'core.repositoryformatversion', '99')
    await expect(branches.bring(BRANCH, signal)).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
    await expect(branches.remove(BRANCH, signal)).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
  })
})

describe('the tracked branch', () => {
  it('is that of the ref, or the default one; a tag or a commit is none', async () => {
    origin.git('tag', 'v1')
    expect(await repository.trackedBranch()).toBe('main')
    expect(await (await openTestRepository(origin.path, { ref: null })).trackedBranch()).toBe('main')
    expect(await (await openTestRepository(origin.path, { ref: 'v1' })).trackedBranch()).toBeNull()
    expect(await (await openTestRepository(origin.path, { ref: base })).trackedBranch()).toBeNull()
    expect(await (await openTestRepository(tempFolder())).trackedBranch()).toBeNull()
  })
})
