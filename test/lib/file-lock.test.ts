import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tryFileLock, withFileLock } from '../../src/lib/file-lock.js'
import { startProgram } from './programs/child.js'
import { asNobody, tempFolder } from './temp-folder.js'

describe('tryFileLock', () => {
  it('gives a lock once inside one process', async () => {
    const path = join(tempFolder(), 'a.lock')
    const first = await tryFileLock(path)
    expect(await tryFileLock(path)).toBeNull()
    first?.release()
    const second = await tryFileLock(path)
    expect(second).not.toBeNull()
    second?.release()
  })

  it('keeps a lock although others in the process tried and closed the file', async () => {
    const path = join(tempFolder(), 'a.lock')
    const lock = await tryFileLock(path)
    for (let round = 0; round < 5; round++) expect(await tryFileLock(path)).toBeNull()
    const other = await startProgram('hold-lock', path)
    onTestFinished(() => other.kill())
    expect(other.firstLine).toBe('refused')
    lock?.release()
  })

  it('is refused while another process holds the lock, and given at once when that is killed', async () => {
    const path = join(tempFolder(), 'a.lock')
    const holder = await startProgram('hold-lock', path)
    expect(holder.firstLine).toBe('held')
    expect(await tryFileLock(path)).toBeNull()
    await holder.kill()
    const lock = await tryFileLock(path)
    expect(lock).not.toBeNull()
    lock?.release()
  })

  it('leaves the file empty and bears a second release', async () => {
    const path = join(tempFolder(), 'a.lock')
    const lock = await tryFileLock(path)
    lock?.release()
    lock?.release()
    expect(statSync(path).size).toBe(0)
  })

  it.each([
    ['a folder that is missing', (folder: string) => join(folder, 'none', 'a.lock')],
    ['a folder in its place', (folder: string) => folder],
    ['a file that is something else', (folder: string) => writeText(join(folder, 'a.lock'))],
  ])('names the path for %s', async (_, place) => {
    const path = place(tempFolder())
    await expect(tryFileLock(path)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining(path),
    })
  })
})

describe('tryFileLock on a file that may not be written', () => {
  it('refuses it, since a lock on it would be shared', async () => {
    const folder = tempFolder()
    const path = join(folder, 'a.lock')
    writeFileSync(path, '', { mode: 0o444 })
    chmodSync(folder, 0o555)
    await asNobody(async () => {
      await expect(tryFileLock(path)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    })
  })
})

describe('withFileLock', () => {
  it('lets one run after the other', async () => {
    const path = join(tempFolder(), 'a.lock')
    let inside = 0
    let most = 0
    const run = (): Promise<void> =>
      withFileLock(path, { timeoutMs: 30_000 }, async () => {
        most = Math.max(most, ++inside)
        await new Promise((resolve) => setImmediate(resolve))
        inside--
      })
    await Promise.all(Array.from({ length: 8 }, run))
    expect(most).toBe(1)
  })

  it('says STACK_BUSY when the time is over', async () => {
    const path = join(tempFolder(), 'a.lock')
    await withFileLock(path, { timeoutMs: 0 }, async () => {
      const second = withFileLock(path, { timeoutMs: 30 }, async () => 'ran')
      await expect(second).rejects.toMatchObject({ code: 'STACK_BUSY', retryable: true })
    })
  })

  it('stops waiting with the reason of the signal', async () => {
    const path = join(tempFolder(), 'a.lock')
    const controller = new AbortController()
    await withFileLock(path, { timeoutMs: 0 }, async () => {
      const wait = { timeoutMs: 60_000, signal: controller.signal }
      const second = withFileLock(path, wait, async () => 'ran')
      controller.abort(new Error('Ctrl-C'))
      await expect(second).rejects.toThrow('Ctrl-C')
    })
  })

  it('gives the lock back when the work fails', async () => {
    const path = join(tempFolder(), 'a.lock')
    const failed = withFileLock(path, { timeoutMs: 0 }, async () => {
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await withFileLock(path, { timeoutMs: 0 }, async () => 'ran')).toBe('ran')
  })
})

function writeText(path: string): string {
  writeFileSync(path, 'not a database, '.repeat(100))
  return path
}
