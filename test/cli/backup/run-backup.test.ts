import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../../src/store/open-store.js'
import { runCli } from '../../helpers/run-cli.js'
import { tempFolder } from '../../lib/temp-folder.js'

describe('driftd backup', () => {
  it('copies the store of the configuration and says where its key is', async () => {
    const folder = configured('sqlite:data/driftd.db')
    await (await openStore(`sqlite:${join(folder, 'data', 'driftd.db')}`)).close()
    const { stdout, stderr, exitCode } = await driftd(folder, ['backup', 'copy.db', '-o', 'json'])
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      store: join(folder, 'data', 'driftd.db'),
      file: join(folder, 'copy.db'),
      bytes: expect.any(Number),
      stacks: 0,
      keyFile: join(folder, 'data', 'key'),
    })
    const again = await driftd(folder, ['backup', 'copy.db', '--force'])
    expect(again.stdout).toMatch(/copy\.db: \d+ KiB, 0 stacks, checked\nto restore it/)
    expect(again.stdout).toContain(`not in it: keep ${join(folder, 'data', 'key')} too`)
  })

  it('names pg_dump for a store on PostgreSQL, and asks no server', async () => {
    const folder = configured('{ env: STORE }')
    const { stderr, exitCode } = await driftd(folder, ['backup', 'copy.db'], {
      STORE: 'postgres://driftd:hunter2@db.invalid/driftd',
    })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/postgres:\/\/driftd@db\.invalid\/driftd is backed up by .*pg_dump/)
    expect(stderr).not.toContain('hunter2')
  })
})

function configured(store: string): string {
  const folder = tempFolder()
  mkdirSync(join(folder, 'infra'))
  writeFileSync(
    join(folder, 'driftd.yaml'),
    `version: 1\nstore: ${store}\nrepositories: [{ name: infra, url: ./infra }]\n`,
  )
  return folder
}

function driftd(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runCli({ command: 'driftd', args, cwd, env: { PATH: process.env.PATH ?? '', HOME: cwd, ...env } })
}
