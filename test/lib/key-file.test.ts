import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { defaultKeyPath, loadKey } from '../../src/lib/key-file.js'
import { startProgram } from './programs/child.js'
import { asNobody, tempFolder } from './temp-folder.js'

describe('loadKey', () => {
  it('makes a private key at first use and gives the same one ever after', async () => {
    const folder = join(tempFolder(), 'state')
    const path = join(folder, 'key')
    const first = await loadKey({ path, expectedKeyId: null })
    expect(first.key).toHaveLength(32)
    expect(first.warning).toBeNull()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const second = await loadKey({ path, expectedKeyId: first.keyId })
    expect(second.key.equals(first.key)).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['key', 'key.lock'])
  })

  it('tells nothing of the key in its id', async () => {
    const path = join(tempFolder(), 'key')
    const { key, keyId } = await loadKey({ path, expectedKeyId: null })
    expect(keyId).toMatch(/^[0-9a-f]{16}$/)
    expect(key.toString('hex')).not.toContain(keyId)
  })

  it('gives two processes that begin at once the same key', async () => {
    const path = join(tempFolder(), 'key')
    const programs = await Promise.all([1, 2, 3].map(() => startProgram('make-key', path)))
    onTestFinished(async () => {
      for (const program of programs) await program.kill()
    })
    const { keyId } = await loadKey({ path, expectedKeyId: null })
    expect(programs.map((program) => program.firstLine)).toEqual([keyId, keyId, keyId])
  })

  it('gives callers in one process the same key', async () => {
    const path = join(tempFolder(), 'key')
    const keys = await Promise.all(Array.from({ length: 5 }, () => loadKey({ path, expectedKeyId: null })))
    expect(new Set(keys.map((key) => key.keyId)).size).toBe(1)
  })

  it('says KEY_MISSING and makes none when the expected key is gone', async () => {
    const path = join(tempFolder(), 'key')
    const { keyId } = await loadKey({ path, expectedKeyId: null })
    rmSync(path)
    await expect(loadKey({ path, expectedKeyId: keyId })).rejects.toMatchObject({
      code: 'KEY_MISSING',
      message: expect.stringContaining(path),
    })
    expect(readdirSync(join(path, '..'))).not.toContain('key')
  })

  it('says KEY_MISSING for another key than the expected one', async () => {
    const path = join(tempFolder(), 'key')
    await loadKey({ path, expectedKeyId: null })
    const before = readFileSync(path)
    await expect(loadKey({ path, expectedKeyId: '0123456789abcdef' })).rejects.toMatchObject({
      code: 'KEY_MISSING',
      message: expect.stringContaining('0123456789abcdef'),
    })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it.each(['', 'abc', 'x'.repeat(64), '0'.repeat(63)])(
    'refuses a file that holds no key: %j',
    async (text) => {
      const path = join(tempFolder(), 'key')
      writeFileSync(path, text, { mode: 0o600 })
      await expect(loadKey({ path, expectedKeyId: null })).rejects.toMatchObject({ code: 'KEY_MISSING' })
      expect(readFileSync(path, 'utf8')).toBe(text)
    },
  )

  it('warns where others may read the key, and refuses where they may write it', async () => {
    const path = join(tempFolder(), 'key')
    await loadKey({ path, expectedKeyId: null })
    chmodSync(path, 0o644)
    expect((await loadKey({ path, expectedKeyId: null })).warning).toContain(`chmod 600 ${path}`)
    chmodSync(path, 0o660)
    await expect(loadKey({ path, expectedKeyId: null })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  it('names the file where it may not read it', async () => {
    const folder = tempFolder()
    chmodSync(folder, 0o755)
    const path = join(folder, 'key')
    writeFileSync(path, '0'.repeat(64), { mode: 0o000 })
    await asNobody(async () => {
      await expect(loadKey({ path, expectedKeyId: null })).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining(path),
      })
    })
  })
})

describe('defaultKeyPath', () => {
  it.each([
    [{ DRIFTD_KEY_FILE: '/run/key', XDG_STATE_HOME: '/state', HOME: '/home/ann' }, '/run/key'],
    [{ XDG_STATE_HOME: '/state', HOME: '/home/ann' }, '/state/driftd/key'],
    [{ HOME: '/home/ann' }, '/home/ann/.local/state/driftd/key'],
  ])('of %j is %s', (env, path) => {
    expect(defaultKeyPath(env)).toBe(path)
  })
})
