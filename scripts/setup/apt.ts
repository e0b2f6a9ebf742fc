import { execFileSync } from 'node:child_process'
import { findProgram } from '../lab/find-program.js'

const APT_TIMEOUT_MS = 300_000

/** Installs Debian packages. Throws where that cannot be done: no root, no apt-get, no such package. */
export function installWithApt(packages: readonly string[]): void {
  if (process.getuid?.() !== 0) throw new Error('apt-get needs root')
  if (findProgram('apt-get') === null) throw new Error('there is no apt-get')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { env, stdio: 'pipe', timeout: APT_TIMEOUT_MS } as const
  execFileSync('apt-get', ['update', '-qq'], options)
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options)
}
