import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTrackedRepository, type TrackedRepositoryParts } from '../../src/compose/tracked-repository.js'
import { createTestRepository } from '../helpers/git-repository.js'
import { createSshKey } from '../helpers/signing.js'
import { trackedParts } from '../helpers/tracked.js'
import { tempFolder } from '../lib/temp-folder.js'

const MAIN = { 'live/main.tf': 'terraform {\n  backend "local" {}\n}\n' }

/** The commit that a scan compares with now, and what every scan says beside its verdict. */
async function openOnce(parts: TrackedRepositoryParts) {
  const opened = await createTrackedRepository(parts).open(new AbortController().signal)
  const environment = await opened.stacks[0]?.engineEnvironment()
  await opened.release()
  return { commit: opened.commit, warnings: environment?.warnings ?? [] }
}

describe('a tracked repository', () => {
  it('is compared as it was last seen while its remote is gone, and every scan says so (fault 38)', async () => {
    const origin = createTestRepository()
    const commit = origin.commit(MAIN)
    const parts = await trackedParts(origin.path)
    expect(await openOnce(parts)).toEqual({ commit, warnings: [] })
    renameSync(join(origin.path, '.git/objects'), join(origin.path, '.git/gone'))
    const { commit: last, warnings } = await openOnce(parts)
    expect(last).toBe(commit)
    expect(warnings).toMatchObject([{ code: 'REPOSITORY_UNREACHABLE' }])
    expect(warnings[0]?.message).toContain(`compared with commit ${commit}, the last one that was fetched`)
  })

  it('fails where its remote is gone and was never there, and where its ref is gone', async () => {
    const origin = createTestRepository()
    origin.commit(MAIN)
    const parts = await trackedParts(origin.path)
    renameSync(join(origin.path, '.git/objects'), join(origin.path, '.git/gone'))
    await expect(openOnce(parts)).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
    renameSync(join(origin.path, '.git/gone'), join(origin.path, '.git/objects'))
    await openOnce(parts)
    origin.git('branch', '--move', 'main', 'other')
    await expect(openOnce(parts)).rejects.toMatchObject({ code: 'REF_NOT_FOUND' })
  })

  it('is compared with the last commit that was signed, and every scan says so', async () => {
    const origin = createTestRepository()
    const key = createSshKey()
    const signers = join(tempFolder(), 'signers')
    writeFileSync(signers, key.allowedAs('alice'))
    const parts = await trackedParts(origin.path, ['signedCommits: require', `allowedSigners: ${signers}`])
    const tip = origin.commit(MAIN)
    await expect(openOnce(parts)).rejects.toMatchObject({
      code: 'COMMIT_UNSIGNED',
      message: expect.stringContaining(tip),
    })
    const good = key.sign(origin, {})
    expect(await openOnce(parts)).toEqual({ commit: good, warnings: [] })
    const next = origin.commit({ 'live/evil.tf': '' })
    const { commit, warnings } = await openOnce(parts)
    expect(commit).toBe(good)
    expect(warnings).toMatchObject([
      { code: 'COMMIT_UNSIGNED', message: expect.stringContaining(`${next} has no signature`) },
    ])
    rmSync(signers)
    await expect(openOnce(parts)).rejects.toMatchObject({ code: 'SIGNERS_UNUSABLE' })
  })

  it('gives an engine of another account nothing of its own home', async () => {
    const origin = createTestRepository()
    origin.commit(MAIN)
    const stacks =
      '[{ name: a, provider: terraform, path: live, runAs: nobody }, { name: b, provider: terraform, path: live }]'
    const parts = await trackedParts(origin.path, [`stacks: ${stacks}`])
    const opened = await createTrackedRepository(parts).open(new AbortController().signal)
    const environments = await Promise.all(opened.stacks.map((stack) => stack.engineEnvironment()))
    await opened.release()
    expect(environments.map(({ env }) => [env.PATH, env.HOME])).toEqual([
      [parts.env.PATH, undefined],
      [parts.env.PATH, parts.env.HOME],
    ])
  })
})
