import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { classifySignature } from '../../src/git/classify-signature.js'
import type { Repository } from '../../src/git/repository.js'
import type { Signers } from '../../src/git/signature-rules.js'
import { createTestRepository, openTestRepository, type TestRepository } from '../helpers/git-repository.js'
import { createGpgHome, createSshKey } from '../helpers/signing.js'
import { tempFolder } from '../lib/temp-folder.js'

const TIMEOUT_MS = 60_000

function fileWith(text: string): string {
  const file = join(tempFolder(), 'signers')
  writeFileSync(file, text)
  return file
}

function open(
  origin: TestRepository,
  part: Partial<Signers>,
  env?: Record<string, string>,
): Promise<Repository> {
  const signers = { allowedSigners: null, gpgKeyring: null, ...part }
  const dataFolder = join(tempFolder(), `a "data" folder that's ${'long '.repeat(20)}`)
  return openTestRepository(origin.path, { signers, dataFolder, ...(env && { env }) })
}

async function problemOf(repository: Repository): Promise<string | null> {
  return (await repository.fetchTip())?.problem ?? null
}

describe('a tip signed with ssh', () => {
  it(
    'counts by the allowed signers, and what follows unsigned leaves it in force',
    async () => {
      const origin = createTestRepository()
      const key = createSshKey()
      const repository = await open(origin, { allowedSigners: fileWith(key.allowedAs('alice@example.com')) })
      origin.commit({ 'a.tf': '0' })
      const good = key.sign(origin, { 'a.tf': '1' })
      expect(await repository.fetchTip()).toEqual({ tip: good, commit: good, problem: null })
      expect(await repository.checkout()).toMatchObject({ commit: good, unsigned: null })
      const tip = origin.commit({ 'a.tf': '2' })
      const problem = 'has no signature that is looked at'
      expect(await repository.fetchTip()).toEqual({ tip, commit: good, problem })
      const checkout = await repository.checkout()
      expect(checkout).toMatchObject({ commit: good, unsigned: { tip, problem } })
      expect(readFileSync(join(checkout.root, 'a.tf'), 'utf8')).toBe('1')
      const next = key.sign(origin, { 'a.tf': '3' })
      expect(await repository.checkout()).toMatchObject({ commit: next, unsigned: null })
    },
    TIMEOUT_MS,
  )

  it(
    'counts neither by another key, nor by one for another use, nor by one of another time',
    async () => {
      const origin = createTestRepository()
      const [key, other] = [createSshKey(), createSshKey()]
      key.sign(origin, { 'a.tf': '1' })
      const wrong = {
        [other.allowedAs('bob')]: 'not among the allowed signers',
        [key.allowedAs('alice', 'namespaces="file"')]: 'not made for Git',
        [key.allowedAs('alice', 'namespaces="git",valid-before="20200101"')]: 'not among the allowed signers',
        '': 'not among the allowed signers',
      }
      for (const [text, problem] of Object.entries(wrong))
        expect(await problemOf(await open(origin, { allowedSigners: fileWith(text) })), text).toContain(
          problem,
        )
      const first = (await open(origin, { allowedSigners: fileWith('') })).checkout()
      await expect(first).rejects.toMatchObject({ code: 'COMMIT_UNSIGNED' })
    },
    TIMEOUT_MS,
  )

  it(
    'stays in force though the branch was pushed over by what nobody signed',
    async () => {
      const origin = createTestRepository()
      const key = createSshKey()
      const repository = await open(origin, { allowedSigners: fileWith(key.allowedAs('alice')) })
      const start = origin.commit({ 'a.tf': '0' })
      const good = key.sign(origin, { 'a.tf': '1' })
      await (await repository.checkout()).release()
      origin.git('reset', '--quiet', '--hard', start)
      origin.commit({ 'a.tf': 'evil' })
      expect(await repository.checkout()).toMatchObject({ commit: good })
      expect(await repository.checkout({ offline: true })).toMatchObject({ commit: good })
      const named = origin.git('rev-parse', 'HEAD')
      await expect(repository.checkout({ commit: named })).rejects.toMatchObject({ code: 'COMMIT_UNSIGNED' })
      expect((await repository.checkout({ commit: start })).commit).toBe(start)
    },
    TIMEOUT_MS,
  )

  it(
    'counts no longer once its key is taken out of the signers',
    async () => {
      const origin = createTestRepository()
      const [key, other] = [createSshKey(), createSshKey()]
      const allowedSigners = fileWith(key.allowedAs('alice') + other.allowedAs('bob'))
      const repository = await open(origin, { allowedSigners })
      const good = key.sign(origin, { 'a.tf': '1' })
      expect((await repository.checkout()).commit).toBe(good)
      writeFileSync(allowedSigners, key.allowedAs('alice'))
      expect((await repository.checkout()).commit).toBe(good)
      writeFileSync(allowedSigners, other.allowedAs('bob'))
      await expect(repository.checkout()).rejects.toMatchObject({ code: 'COMMIT_UNSIGNED' })
      await expect(repository.checkout({ offline: true })).rejects.toMatchObject({
        code: 'REPOSITORY_UNREACHABLE',
      })
    },
    TIMEOUT_MS,
  )

  it(
    'is judged by nothing that the user or the repository has set',
    async () => {
      const origin = createTestRepository()
      const key = createSshKey()
      key.sign(origin, { 'a.tf': '1', '.mailmap': 'x <x> <a@example.com>' })
      const home = tempFolder()
      const theirs = fileWith(key.allowedAs('mallory'))
      const canary = join(home, 'canary')
      const script = join(home, 'program')
      writeFileSync(script, `#!/bin/sh\ntouch '${canary}'\necho '[GNUPG:] GOODSIG x'\n`, { mode: 0o755 })
      const programs = `program = ${script}\n[gpg "ssh"]\n\tprogram = ${script}\n\tallowedSignersFile = ${theirs}`
      writeFileSync(join(home, '.gitconfig'), `[log]\n\tshowSignature = true\n[gpg]\n\t${programs}\n`)
      const env = { PATH: process.env.PATH ?? '', HOME: home, GNUPGHOME: home }
      expect(await problemOf(await open(origin, { allowedSigners: fileWith('') }, env))).toContain(
        'not among',
      )
      expect(() => readFileSync(canary)).toThrow()
    },
    TIMEOUT_MS,
  )
})

describe('a tip signed with OpenPGP', () => {
  it(
    'counts by the keyring alone, armored or not',
    async () => {
      const origin = createTestRepository()
      const home = createGpgHome()
      const [known, unknown] = [home.createKey('known'), home.createKey('unknown')]
      const repositories = await Promise.all(
        [home.export(['known']), home.export(['known'], '--export', '--armor')].map((gpgKeyring) =>
          open(origin, { gpgKeyring }),
        ),
      )
      const good = known.sign(origin, { 'a.tf': '1' })
      for (const repository of repositories)
        expect(await repository.checkout()).toMatchObject({ commit: good })
      unknown.sign(origin, { 'a.tf': '2' })
      expect(await problemOf(repositories[0] as Repository)).toContain('is signed by an unknown key')
    },
    TIMEOUT_MS,
  )

  it(
    'does not count by a key that has expired or was revoked, nor where the content is another',
    async () => {
      const origin = createTestRepository()
      const home = createGpgHome()
      const keys = {
        good: home.createKey('good'),
        expired: home.createKey('expired', 'expired'),
        revoked: home.createKey('revoked'),
      }
      const commits = Object.values(keys).map((key) => key.sign(origin, {}))
      home.revoke('revoked')
      const repository = await open(origin, { gpgKeyring: home.export(['good', 'expired', 'revoked']) })
      const raw = origin.git('cat-file', 'commit', commits[0] ?? '').replace('author a', 'author b')
      const forged = execFileSync(
        'git',
        ['-C', origin.path, 'hash-object', '-t', 'commit', '-w', '--stdin'],
        { input: `${raw}\n`, encoding: 'utf8' },
      ).trim()
      const problems: (string | null)[] = []
      for (const commit of [...commits, forged]) {
        origin.git('update-ref', 'refs/heads/main', commit)
        problems.push(await problemOf(repository))
      }
      expect(problems).toEqual([
        null,
        'is signed by a key that has expired',
        'is signed by a key that was revoked',
        'has a signature that does not fit its content, or was not made for Git',
      ])
    },
    TIMEOUT_MS,
  )

  it(
    'does not count where only ssh signers are allowed, nor the other way round',
    async () => {
      const origin = createTestRepository()
      const home = createGpgHome()
      const [gpg, ssh] = [home.createKey('known'), createSshKey()]
      const [allowedSigners, gpgKeyring] = [fileWith(ssh.allowedAs('alice')), home.export(['known'])]
      gpg.sign(origin, { 'a.tf': '1' })
      expect(await problemOf(await open(origin, { allowedSigners }))).toBe(
        'has no signature that is looked at',
      )
      expect(await problemOf(await open(origin, { allowedSigners, gpgKeyring }))).toBeNull()
      ssh.sign(origin, { 'a.tf': '2' })
      expect(await problemOf(await open(origin, { gpgKeyring }))).toBe('has no signature that is looked at')
      expect(await problemOf(await open(origin, { allowedSigners, gpgKeyring }))).toBeNull()
    },
    TIMEOUT_MS,
  )

  it(
    'is not judged with a keyring that holds secret keys, or none',
    async () => {
      const origin = createTestRepository()
      const home = createGpgHome()
      home.createKey('known').sign(origin, { 'a.tf': '1' })
      for (const gpgKeyring of [
        home.export(['known'], '--export-secret-keys'),
        fileWith('no key'),
        '/dev/null',
        '/missing',
      ]) {
        const attempt = (await open(origin, { gpgKeyring })).checkout()
        await expect(attempt, gpgKeyring).rejects.toMatchObject({ code: 'SIGNERS_UNUSABLE' })
      }
    },
    TIMEOUT_MS,
  )
})

describe('signatures', () => {
  it.each(['ssh-keygen', 'gpg'])('are not judged without %s', async (program) => {
    const origin = createTestRepository()
    origin.commit({ 'a.tf': '1' })
    const bin = tempFolder()
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    symlinkSync(real, join(bin, 'git'))
    const env = { PATH: bin, HOME: bin }
    const file = fileWith('')
    const signers = program === 'gpg' ? { gpgKeyring: file } : { allowedSigners: file }
    const attempt = (await open(origin, signers, env)).checkout()
    await expect(attempt).rejects.toMatchObject({ code: 'SIGNERS_UNUSABLE' })
    await expect(attempt).rejects.toThrow(`there is no ${program}`)
  })

  it('are not asked for in a folder that has no commits', async () => {
    const folder = tempFolder()
    mkdirSync(join(folder, 'live'))
    const attempt = openTestRepository(folder, { signers: { allowedSigners: '/x', gpgKeyring: null } })
    await expect(attempt).rejects.toMatchObject({ code: 'REPOSITORY_INVALID' })
  })

  it('leave nothing behind but the last good commit', async () => {
    const origin = createTestRepository()
    const key = createSshKey()
    const dataFolder = join(tempFolder(), 'data')
    const allowedSigners = fileWith(key.allowedAs('alice'))
    const repository = await openTestRepository(origin.path, {
      signers: { allowedSigners, gpgKeyring: null },
      dataFolder,
    })
    key.sign(origin, { 'a.tf': '1' })
    await repository.fetchTip()
    const [folder] = execFileSync('ls', [join(dataFolder, 'repositories')], { encoding: 'utf8' }).split('\n')
    const names = execFileSync('ls', [join(dataFolder, 'repositories', folder ?? '')], { encoding: 'utf8' })
    expect(execFileSync('ls', [join(dataFolder, 'repositories', folder ?? '', 'scratch')]).toString()).toBe(
      '',
    )
    expect(names).toMatch(/signed-[0-9a-f]{16}\.json/)
    rmSync(join(origin.path, '.git'), { recursive: true })
  })

  it.each(['G'])('are good where Git says %s', (answer) => {
    expect(classifySignature(answer)).toBeNull()
  })

  it.each(['N', 'B', 'U', 'X', 'Y', 'R', 'E', '', 'GG', 'g', 'constructor', 'G\nG'])(
    'are not good where Git says %j',
    (answer) => {
      expect(classifySignature(answer)).toEqual(expect.any(String))
    },
  )
})
