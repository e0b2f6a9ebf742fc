import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { tempFolder } from '../lib/temp-folder.js'
import type { TestRepository } from './git-repository.js'

/** How a commit is signed: options of Git, and what to sign with. */
export interface TestKey {
  /** Makes a commit with these files and returns its id. */
  sign(origin: TestRepository, files: Readonly<Record<string, string>>): string
}

/** A key of ssh-keygen, and the line that allows it. */
export interface SshTestKey extends TestKey {
  allowedAs(principal: string, options?: string): string
}

/** A new ssh key. */
export function createSshKey(): SshTestKey {
  const file = join(tempFolder(), 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file])
  const publicKey = readFileSync(`${file}.pub`, 'utf8').trim()
  return {
    allowedAs: (principal, options = 'namespaces="git"') => `${principal} ${options} ${publicKey}\n`,
    sign: (origin, files) =>
      commitSigned(origin, files, { 'gpg.format': 'ssh', 'user.signingKey': `${file}.pub` }),
  }
}

/** OpenPGP keys in a home of their own. */
export interface GpgHome {
  /** A new key; `expired`: one that ended in 2020, and signs as if it were still then. */
  createKey(name: string, state?: 'valid' | 'expired'): TestKey
  revoke(name: string): void
  /** Public keys in a file; `--export-secret-keys` for what should not be handed out. */
  export(names: readonly string[], ...options: readonly string[]): string
}

/** Starts with no key. The agent that gpg starts is ended with the test. */
export function createGpgHome(): GpgHome {
  const folder = tempFolder()
  const home = join(folder, 'gnupg')
  mkdirSync(home, { mode: 0o700 })
  const run = (...args: readonly string[]): Buffer =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--no-tty', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  onTestFinished(() => void execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']))
  return {
    createKey(name, state = 'valid') {
      const time = state === 'expired' ? ['--faked-system-time', '20200101T000000'] : []
      const period = state === 'expired' ? '1d' : 'never'
      run(
        ...time,
        '--passphrase',
        '',
        '--quick-generate-key',
        name + address(name),
        'ed25519',
        'sign',
        period,
      )
      const program = join(folder, `gpg-${name}`)
      writeFileSync(program, `#!/bin/sh\nexec gpg --homedir '${home}' ${time.join(' ')} "$@"\n`, {
        mode: 0o755,
      })
      const settings = { 'gpg.program': program, 'user.signingKey': address(name) }
      return { sign: (origin, files) => commitSigned(origin, files, settings) }
    },
    revoke(name) {
      const fields = run('--list-keys', '--with-colons', address(name)).toString().split('\n')
      const fingerprint = fields.find((line) => line.startsWith('fpr:'))?.split(':')[9]
      const made = readFileSync(join(home, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8')
      const certificate = join(folder, 'revocation')
      // gpg writes it with a colon in front, so that nobody imports it by mistake
      writeFileSync(certificate, made.replace(/^:---/m, '---'))
      run('--import', certificate)
    },
    export(names, ...options) {
      const [action = '--export'] = options
      const file = join(folder, `exported-${options.length}-${names.join('-')}`)
      writeFileSync(
        file,
        run(
          '--pinentry-mode',
          'loopback',
          '--passphrase',
          '',
          ...options.slice(1),
          action,
          ...names.map(address),
        ),
      )
      return file
    },
  }
}

function address(name: string): string {
  // exactly this one: without brackets gpg looks for a part of it
  return `<${name}@example.com>`
}

function commitSigned(
  origin: TestRepository,
  files: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>>,
): string {
  for (const [name, value] of Object.entries({ ...settings, 'commit.gpgSign': 'true' }))
    origin.git('config', name, value)
  try {
    return origin.commit(files)
  } finally {
    origin.git('config', 'commit.gpgSign', 'false')
  }
}
