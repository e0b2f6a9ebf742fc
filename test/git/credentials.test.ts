import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prepareLogin } from '../../src/git/credentials.js'
import { createTestRepository, openTestRepository } from '../helpers/git-repository.js'
import { startGitServer } from '../helpers/git-server.js'
import { spyOnGit } from '../helpers/spy-on-git.js'
import { tempFolder } from '../lib/temp-folder.js'

const PASSWORD = 'canary-hunter2-%&"$\'`'
const credentials = { username: 'bob', password: PASSWORD }

/** The text of every file below a folder. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

describe('user and password', () => {
  it('open a remote, and stand in no argument and no file', async () => {
    const origin = createTestRepository()
    const commit = origin.commit({ 'main.tf': 'x' })
    const { url } = await startGitServer(dirname(origin.path), `bob:${PASSWORD}`)
    const git = spyOnGit()
    const [dataFolder, home] = [join(tempFolder(), 'data'), tempFolder()]
    const env = { PATH: git.path, HOME: home }
    const repository = await openTestRepository(`${url}/origin/.git`, { credentials, dataFolder, env })
    expect(await repository.checkout()).toMatchObject({ commit })
    expect(git.arguments()).toContain('ls-remote')
    expect(git.arguments()).toContain('fetch')
    for (const text of [git.arguments(), everything(dataFolder), everything(home)]) {
      expect(text).not.toContain('canary')
      expect(text).not.toContain(Buffer.from(`bob:${PASSWORD}`).toString('base64'))
    }
  })

  it('stand in no message where they are wrong', async () => {
    const origin = createTestRepository()
    origin.commit({ 'main.tf': 'x' })
    const { url } = await startGitServer(dirname(origin.path), 'bob:other')
    const attempt = (await openTestRepository(`${url}/origin/.git`, { credentials })).checkout()
    await expect(attempt).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
    await expect(attempt).rejects.not.toThrow('canary')
  })

  it('are not told to where the remote redirects', async () => {
    const origin = createTestRepository()
    origin.commit({ 'main.tf': 'x' })
    const thief = await startGitServer(dirname(origin.path), `bob:${PASSWORD}`)
    const front = await startGitServer('', '', { redirectTo: thief.url })
    const attempt = (await openTestRepository(`${front.url}/origin/.git`, { credentials })).checkout()
    await expect(attempt).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
    expect(thief.authorizations.length).toBeGreaterThan(0)
    expect(thief.authorizations.filter(Boolean)).toEqual([])
  })

  it("are not told to the user's own credential helper", async () => {
    const origin = createTestRepository()
    origin.commit({ 'main.tf': 'x' })
    const { url } = await startGitServer(dirname(origin.path), `bob:${PASSWORD}`)
    const home = tempFolder()
    writeFileSync(join(home, '.gitconfig'), `[credential]\n\thelper = "!cat >> ${join(home, 'told')}; :"\n`)
    const env = { PATH: process.env.PATH, HOME: home }
    await (await openTestRepository(`${url}/origin/.git`, { credentials, env })).checkout()
    expect(existsSync(join(home, 'told'))).toBe(false)
  })

  it("may come from the user's own credential helper", async () => {
    const origin = createTestRepository()
    const commit = origin.commit({ 'main.tf': 'x' })
    const { url } = await startGitServer(dirname(origin.path), 'bob:pw')
    const home = tempFolder()
    const helper = '!f() { echo username=bob; echo password=pw; }; f'
    writeFileSync(join(home, '.gitconfig'), `[credential]\n\thelper = "${helper}"\n`)
    const env = { PATH: process.env.PATH, HOME: home }
    expect(await (await openTestRepository(`${url}/origin/.git`, { env })).checkout()).toMatchObject({
      commit,
    })
  })

  it('are refused where the URL takes none', async () => {
    const origin = createTestRepository()
    origin.commit({ 'main.tf': 'x' })
    const attempt = (await openTestRepository(origin.path, { credentials })).checkout()
    await expect(attempt).rejects.toMatchObject({ code: 'REPOSITORY_INVALID' })
  })

  it('may hold no line break, which would be a second answer', async () => {
    const attempt = prepareLogin(
      'https://example.com/x',
      { username: 'a', password: 'b\nhost=evil' },
      tempFolder(),
    )
    await expect(attempt).rejects.toMatchObject({ code: 'REPOSITORY_INVALID' })
  })
})

describe('an ssh key', () => {
  it('is handed to ssh as a private file that is gone afterwards', async () => {
    const folder = tempFolder()
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    const seen = join(folder, 'seen')
    const script = `#!/bin/sh\necho "$@" > '${seen}'\nwhile [ "$1" != -i ]; do shift; done\ncat "$2" >> '${seen}'\nstat -c %a "$2" >> '${seen}'\nexit 1\n`
    writeFileSync(join(bin, 'ssh'), script, { mode: 0o755 })
    const dataFolder = join(folder, "it's data")
    const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder }
    const sshKey = '-----BEGIN KEY-----\ncanary-key\n-----END KEY-----'
    const repository = await openTestRepository('git@example.com:acme/infra.git', {
      credentials: { sshKey },
      dataFolder,
      env,
    })
    await expect(repository.checkout()).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' })
    const text = readFileSync(seen, 'utf8')
    expect(text).toContain(`${sshKey}\n600\n`)
    expect(text.split('\n')[0]).toMatch(/BatchMode=yes.* git@example\.com git-upload-pack/)
    expect(everything(dataFolder)).not.toContain('canary-key')
  })

  it('is written with the newline that OpenSSH wants', async () => {
    const folder = tempFolder()
    await prepareLogin('git@example.com:x', { sshKey: 'key' }, folder)
    expect(readFileSync(join(folder, 'ssh-key'), 'utf8')).toBe('key\n')
    expect(statSync(join(folder, 'ssh-key')).mode & 0o777).toBe(0o600)
  })
})
