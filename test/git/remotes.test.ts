import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestRepository, openTestRepository } from '../helpers/git-repository.js'
import { startGitServer } from '../helpers/git-server.js'
import { makeCertificate } from '../helpers/make-certificate.js'
import { REPOSITORY_ROOT } from '../helpers/source-tree.js'
import { startSshServer } from '../helpers/ssh-server.js'
import { tempFolder } from '../lib/temp-folder.js'

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

/** Another process that holds a checkout of the newest commit. */
async function holdCheckout(url: string, dataFolder: string) {
  const program = join(REPOSITORY_ROOT, 'test/git/programs/hold-checkout.ts')
  const args = ['--import', import.meta.resolve('tsx'), program, url, dataFolder]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const { value: root } = await lines.next()
  const ended = once(child, 'exit')
  return {
    root: String(root),
    /** What its file says now; then it lets go. */
    async finish(): Promise<string> {
      child.stdin.end()
      const { value } = await lines.next()
      await ended
      return String(value)
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await ended
    },
  }
}

describe('a repository that several processes use', TIMEOUT, () => {
  it('keeps the files of a commit as long as one of them reads them, and no longer', async () => {
    const origin = createTestRepository()
    const dataFolder = join(tempFolder(), 'data')
    const own = () => openTestRepository(origin.path, { dataFolder })
    origin.commit({ a: '1' })
    const daemon = await holdCheckout(origin.path, dataFolder)
    origin.commit({ a: '2' })
    const byHand = await holdCheckout(origin.path, dataFolder)
    origin.commit({ a: '3' })
    const third = await (await own()).checkout()
    expect([daemon.root, byHand.root, third.root].map((root) => existsSync(root))).toEqual([true, true, true])
    expect(await daemon.finish()).toBe('1')
    await byHand.kill()
    origin.commit({ a: '4' })
    const fourth = await (await own()).checkout()
    const roots = [daemon.root, byHand.root, third.root, fourth.root]
    expect(roots.map((root) => existsSync(root))).toEqual([false, false, true, true])
    await third.release()
    await fourth.release()
  })
})
