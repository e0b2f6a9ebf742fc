import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../src/domain/record.js'
import { createEngineAccounts } from '../../src/engine-host/engine-accounts.js'
import { tempFolder } from '../lib/temp-folder.js'
import { REPOSITORY_ROOT } from './source-tree.js'

/** An account that every system has, and nobody needs. */
export const OTHER_ACCOUNT = 'nobody'

/** Only root can become another account. CI runs as root; there, nothing is skipped. */
export const mayBecomeOther = process.getuid?.() === 0 || process.env.CI === 'true'

/** How a host is started from its source. */
export function hostFromSource(program: string) {
  const args = ['--import', import.meta.resolve('tsx'), join(REPOSITORY_ROOT, program)]
  return { command: process.execPath, args }
}

/** A folder that others may pass through but not list, as `/var/lib`. */
export function openFolder(): string {
  const folder = tempFolder()
  chmodSync(folder, 0o711)
  return folder
}

/** Engine accounts with a folder for store and key, and the given host. */
export function accountsIn(folder: string, program = 'src/cli/engine-host.ts') {
  const host = hostFromSource(program)
  return createEngineAccounts({ dataFolder: join(folder, 'data'), host, path: process.env.PATH })
}

/** What a finding of the fake host says. */
export function detailsOf(findings: readonly Finding[]): readonly (string | null)[] {
  return findings.map(({ detail }) => detail)
}
