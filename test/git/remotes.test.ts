import { execFile } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestRepository, openTestRepository } from '../helpers/git-repository.js'
import { startGitServer } from '../helpers/git-server.js'
import { makeCertificate } from '../helpers/make-certificate.js'
import { REPOSITORY_ROOT } from '../helpers/source-tree.js'
import { startSshServer } from '../helpers/ssh-server.js'
import { tempFolder } from '../lib/temp-folder.js'

const execute = promisify(execFile)
const TIMEOUT = { timeout: 120_000 }

/** A PATH whose ssh knows the hosts of a file: where the user keeps his is written into ssh itself. */
function pathWithKnownHosts(knownHosts: string): string {
  const folder = tempFolder()
  writeFileSync(join(folder, 'known-hosts'), knownHosts)
  const options = `-F none -o UserKnownHostsFile='${join(folder, 'known-hosts')}' -o StrictHostKeyChecking=yes`
  const others = process.env.PATH ?? ''
  const script = `#!/bin/sh\nPATH='${others}' exec ssh ${options} "$@"\n`
  writeFileSync(join(folder, 'ssh'), script, { mode: 0o755 })
  return `${folder}:${others}`
}

describe('a remote over ssh', TIMEOUT, () => {
  it('is opened with a key, followed, and refused where its host is not the one that is known', async () => {
    const server = await startSshServer()
    onTestFinished(() => server.stop())
    const origin = createTestRepository()
    const first = origin.commit({ 'main.tf': '1' })
    const url = `ssh://${userInfo().username}@127.0.0.1:${server.port}${origin.path}`
    const open = (knownHosts: string, sshKey: string) => {
      const env = { PATH: pathWithKnownHosts(knownHosts), HOME: tempFolder() }
      return openTestRepository(url, { credentials: { sshKey }, env })
    }
    const repository = await open(server.knownHost, server.key)
    expect((await repository.checkout()).commit).toBe(first)
    const second = origin.commit({ 'main.tf': '2' })
    expect(await repository.fetchTip()).toMatchObject({ tip: second })
    const stranger = await startSshServer()
    onTestFinished(() => stranger.stop())
    const others = stranger.knownHost.replace(`:${stranger.port}`, `:${server.port}`)
    for (const [hosts, key] of [
      [others, server.key],
      [server.knownHost, stranger.key],
    ] as const) {
      const attempt = (await open(hosts, key)).checkout()
      await expect(attempt).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
    }
  })
})

describe('a remote over https', TIMEOUT, () => {
  it('is opened where its certificate is trusted, and only there', async () => {
    const folder = tempFolder()
    const certificate = makeCertificate(folder)
    const origin = createTestRepository()
    const commit = origin.commit({ 'main.tf': '1' })
    const { url, authorizations } = await startGitServer(dirname(origin.path), 'bob:pw', { certificate })
    const credentials = { username: 'bob', password: 'pw' }
    const env = { PATH: process.env.PATH, HOME: folder }
    const open = (more: Record<string, string>) =>
      openTestRepository(`${url}/origin/.git`, { credentials, env: { ...env, ...more } })
    const attempt = (await open({})).checkout()
    await expect(attempt).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
    expect(authorizations).toEqual([])
    expect((await (await open({ GIT_SSL_CAINFO: join(folder, 'cert.pem') })).checkout()).commit).toBe(commit)
  })
})

describe('a repository that several processes use', TIMEOUT, () => {
  it('keeps the files of every commit as long as one of them reads them', async () => {
    const origin = createTestRepository()
    origin.commit({ a: '0', b: '0' })
    const folder = tempFolder()
    const [dataFolder, endFile] = [join(folder, 'data'), join(folder, 'end')]
    const program = join(REPOSITORY_ROOT, 'test/git/programs/check-out-often.ts')
    const args = ['--import', import.meta.resolve('tsx'), program, origin.path, dataFolder, '5', endFile]
    const runs = [1, 2, 3].map(() => execute(process.execPath, args))
    for (let round = 1; round <= 10; round++) {
      origin.commit({ a: `${round}`, b: `${round}` })
      await (await openTestRepository(origin.path, { dataFolder })).fetchTip()
    }
    writeFileSync(endFile, '')
    const outcomes = (await Promise.all(runs)).map(({ stdout }) => JSON.parse(stdout))
    expect(outcomes.flatMap(({ problems }) => problems)).toEqual([])
    const [name = ''] = readdirSync(join(dataFolder, 'repositories'))
    expect(readdirSync(join(dataFolder, 'repositories', name, 'uses'))).toEqual([])
    await (await openTestRepository(origin.path, { dataFolder })).checkout()
    const worktrees = readdirSync(join(dataFolder, 'repositories', name, 'worktrees'))
    expect(worktrees.filter((entry) => !entry.includes('.'))).toHaveLength(1)
  })
})
