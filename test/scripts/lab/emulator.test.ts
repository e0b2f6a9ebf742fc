import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startEmulator } from '../../../scripts/lab/emulator.js'
import { repositoryRoot } from '../../../scripts/lab/tool-folder.js'

describe('startEmulator', () => {
  it('answers the AWS API, forgets on reset and is gone after stop', async () => {
    const emulator = await startEmulator()
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(
      (await fetch(`${emulator.url}/a-bucket`, { method: 'PUT', headers: signedFor('s3') })).status,
    ).toBe(200)
    expect(await (await fetch(emulator.url, { headers: signedFor('s3') })).text()).toContain('a-bucket')
    await emulator.reset()
    expect(await (await fetch(emulator.url, { headers: signedFor('s3') })).text()).not.toContain('a-bucket')
    await emulator.stop()
    await emulator.stop()
    await expect(fetch(emulator.url)).rejects.toThrow()
  })

  it('leaves nothing behind in a process that has nothing else to do', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'driftd-emulator-'))
    const program = `
      import { startEmulator } from './scripts/lab/emulator.ts'
      const emulator = await startEmulator()
      await emulator.stop()
      console.log('stopped')`
    const run = promisify(execFile)
    const options = { cwd: repositoryRoot, env: { ...process.env, TMPDIR: folder } }
    const { stdout } = await run('npx', ['tsx', '--input-type=module', '--eval', program], options)
    expect(stdout).toContain('stopped')
    // tsx keeps a cache of its own there
    expect((await readdir(folder)).filter((name) => name.startsWith('driftd-'))).toEqual([])
    await rm(folder, { recursive: true })
  })

  it('ends with the process that started it, also after kill -9', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'driftd-emulator-'))
    const program = `
      import { startEmulator } from './scripts/lab/emulator.ts'
      console.log((await startEmulator()).url)
      setInterval(() => {}, 1000)`
    const child = spawn('npx', ['tsx', '--input-type=module', '--eval', program], {
      cwd: repositoryRoot,
      detached: true,
      env: { ...process.env, TMPDIR: folder },
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const url = line.toString().trim()
    expect((await fetch(`${url}/moto-api/data.json`)).status).toBe(200)
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    expect(await isGoneWithin(url, 10_000)).toBe(true)
    expect((await readdir(folder)).filter((name) => name.startsWith('driftd-'))).toEqual([])
    await rm(folder, { recursive: true })
  })
})

/** Enough of a signature for an emulator to know which service is meant. */
function signedFor(service: string): Record<string, string> {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=test/20261101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  }
}

async function isGoneWithin(url: string, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    try {
      await fetch(url, { signal: AbortSignal.timeout(1_000) })
    } catch {
      return true
    }
    await sleep(100)
  }
  return false
}
