import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyStack } from '../../../scripts/lab/apply-stack.js'

describe('applyStack', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'driftd-apply-'))
  })

  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('applies again when an apply failed, and initialises once', async () => {
    await applyStack(await buildRequest(2))
    expect(await calls()).toEqual(['init', 'apply', 'apply', 'apply'])
  })

  it('throws with what the engine said when the last attempt fails', async () => {
    await expect(applyStack(await buildRequest(3))).rejects.toThrow(/no such thing/)
    expect(await calls()).toHaveLength(4)
  })

  /** An engine whose first applies fail. */
  async function buildRequest(failures: number) {
    const engine = join(folder, 'engine')
    const script = `#!/bin/sh
echo "$1" >> calls
[ "$1" = apply ] && [ "$(grep -c apply calls)" -le ${failures} ] && { echo "no such thing" >&2; exit 1; }
exit 0
`
    await writeFile(engine, script)
    await chmod(engine, 0o755)
    const env = { PATH: process.env.PATH ?? '' }
    return { engine, folder, env, signal: new AbortController().signal }
  }

  async function calls(): Promise<readonly string[]> {
    return (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')
  }
})
