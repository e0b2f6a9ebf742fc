import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { removeTree } from '../../src/git/remove-tree.js'
import { createTestRepository, openTestRepository } from '../helpers/git-repository.js'
import { tempFolder } from '../lib/temp-folder.js'

/** A repository that was checked out once, and the folder that driftd keeps for it. */
async function opened() {
  const origin = createTestRepository()
  const first = origin.commit({ 'a.tf': '1' })
  const dataFolder = join(tempFolder(), 'data')
  const repository = await openTestRepository(origin.path, { dataFolder })
  await (await repository.checkout()).release()
  const [name = ''] = readdirSync(join(dataFolder, 'repositories'))
  const folder = join(dataFolder, 'repositories', name)
  return { origin, repository, folder, mirror: join(folder, 'mirror.git'), first, dataFolder }
}

/** Turns what was fetched as one pack into a file for each object. */
function unpack(mirror: string): void {
  const pack = join(mirror, 'objects/pack')
  const name = readdirSync(pack).find((file) => file.endsWith('.pack')) ?? ''
  const input = readFileSync(join(pack, name))
  rmSync(pack, { recursive: true })
  execFileSync('git', [`--git-dir=${mirror}`, 'unpack-objects', '-q'], { input })
}

describe('what a crash leaves behind (fault 44)', () => {
  it.each(['packed-refs.lock', 'config.lock', 'HEAD.lock', 'shallow.lock'])(
    'does not stop the next fetch: %s',
    async (name) => {
      const { origin, repository, mirror } = await opened()
      writeFileSync(join(mirror, name), '')
      const commit = origin.commit({ 'a.tf': '2' })
      expect((await repository.checkout()).commit).toBe(commit)
    },
  )

  it('does not stop the next fetch: the lock of a ref', async () => {
    const { origin, repository, mirror } = await opened()
    const ref = readdirSync(join(mirror, 'refs/driftd'))[0] ?? ''
    writeFileSync(join(mirror, 'refs/driftd', `${ref}.lock`), '')
    const commit = origin.commit({ 'a.tf': '2' })
    expect((await repository.checkout()).commit).toBe(commit)
    expect(existsSync(join(mirror, 'refs/driftd', `${ref}.lock`))).toBe(false)
  })

  it('is cloned anew: objects that are gone', async () => {
    const { origin, repository, mirror } = await opened()
    rmSync(join(mirror, 'objects'), { recursive: true })
    mkdirSync(join(mirror, 'objects'))
    const commit = origin.commit({ 'a.tf': '2' })
    expect((await repository.checkout()).commit).toBe(commit)
  })

  it('is cloned anew: one file of the commit that is gone', async () => {
    const { origin, repository, mirror, folder, first } = await opened()
    await removeTree(join(folder, 'worktrees'))
    unpack(mirror)
    const blob = origin.git('rev-parse', 'HEAD:a.tf')
    const loose = join(mirror, 'objects', blob.slice(0, 2), blob.slice(2))
    expect(existsSync(loose)).toBe(true)
    rmSync(loose, { force: true })
    const { root, commit } = await repository.checkout()
    expect(commit).toBe(first)
    expect(readFileSync(join(root, 'a.tf'), 'utf8')).toBe('1')
  })

  it('is made anew: a worktree that was never finished', async () => {
    const { repository, folder, first } = await opened()
    const worktree = join(folder, 'worktrees', first)
    rmSync(`${worktree}.json`)
    chmodSync(worktree, 0o700)
    writeFileSync(join(worktree, 'half-written.tf'), '')
    const { root } = await repository.checkout()
    expect(readdirSync(root).sort()).toEqual(['.git', 'a.tf'])
  })

  it('is removed: folders of a clone that did not end, and uses of dead processes', async () => {
    const { origin, repository, folder, first } = await opened()
    mkdirSync(join(folder, 'mirror.git.new-1'))
    mkdirSync(join(folder, 'mirror.git.old-1'))
    writeFileSync(join(folder, 'uses', `${first}.00.lock`), '')
    origin.commit({ 'a.tf': '2' })
    const { commit } = await repository.checkout()
    expect(readdirSync(folder).filter((name) => name.startsWith('mirror'))).toEqual(['mirror.git'])
    expect(readdirSync(join(folder, 'worktrees')).sort()).toEqual([commit, `${commit}.json`])
  })

  it('is wiped: a key that was in use when its process died', async () => {
    const { repository, folder, origin, dataFolder } = await opened()
    const left = join(folder, 'scratch/scratch-0123456789abcdef')
    mkdirSync(left, { recursive: true })
    writeFileSync(join(left, 'ssh-key'), 'canary')
    writeFileSync(`${left}.lock`, '')
    await openTestRepository(origin.path, { dataFolder })
    expect(readdirSync(join(folder, 'scratch'))).toEqual([])
    await repository.fetchTip()
    expect(readdirSync(join(folder, 'scratch'))).toEqual([])
  })

  it('keeps the last commit when the remote fails in the middle', async () => {
    const { origin, repository, first } = await opened()
    rmSync(join(origin.path, '.git'), { recursive: true })
    await expect(repository.checkout()).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
    expect((await repository.checkout({ offline: true })).commit).toBe(first)
  })
})

describe('what stops a checkout', () => {
  it('is a missing git', async () => {
    const origin = createTestRepository()
    const env = { PATH: tempFolder(), HOME: tempFolder() }
    const attempt = (await openTestRepository(origin.path, { env })).checkout()
    await expect(attempt).rejects.toMatchObject({ code: 'GIT_MISSING' })
  })

  it('is the one who asked for it', async () => {
    const bin = tempFolder()
    writeFileSync(join(bin, 'git'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
    const env = { PATH: `${bin}:${process.env.PATH}`, HOME: bin }
    const repository = await openTestRepository(createTestRepository().path, { env })
    const reason = new Error('stop')
    const controller = new AbortController()
    const attempt = repository.checkout({ signal: controller.signal })
    controller.abort(reason)
    await expect(attempt).rejects.toBe(reason)
  })

  it('is a full disk, by its own code', async () => {
    const bin = tempFolder()
    const script = '#!/bin/sh\necho "fatal: write error: No space left on device" >&2\nexit 128\n'
    writeFileSync(join(bin, 'git'), script, { mode: 0o755 })
    const env = { PATH: `${bin}:${process.env.PATH}`, HOME: bin }
    const attempt = (await openTestRepository(createTestRepository().path, { env })).checkout()
    await expect(attempt).rejects.toMatchObject({ code: 'DISK_FULL' })
  })
})
