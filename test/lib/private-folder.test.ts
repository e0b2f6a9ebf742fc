import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ensurePrivateFolder, makeScratchFolder, wipeAbandonedScratch } from '../../src/lib/private-folder.js'
import { startProgram } from './programs/child.js'
import { asNobody, tempFolder } from './temp-folder.js'

describe('ensurePrivateFolder', () => {
  it('makes a folder, and those above it, that nobody else may enter', async () => {
    const path = join(tempFolder(), 'a', 'b')
    expect(await ensurePrivateFolder(path)).toBe(path)
    expect(modeOf(path)).toBe(0o700)
    expect(modeOf(join(path, '..'))).toBe(0o700)
  })

  it('closes a folder that was open to others', async () => {
    const path = join(tempFolder(), 'a')
    mkdirSync(path)
    chmodSync(path, 0o755)
    await ensurePrivateFolder(path)
    expect(modeOf(path)).toBe(0o700)
  })

  it('refuses a file in its place', async () => {
    const path = join(tempFolder(), 'a')
    writeFileSync(path, '')
    await expect(ensurePrivateFolder(path)).rejects.toMatchObject({ code: 'NOT_A_DIRECTORY' })
    await expect(ensurePrivateFolder(join(path, 'b'))).rejects.toMatchObject({ code: 'NOT_A_DIRECTORY' })
  })

  it('refuses a folder of another user, as somebody may lay it in the system temp folder', async () => {
    const path = join(tempFolder(), 'a')
    if (process.getuid?.() !== 0) {
      await expect(ensurePrivateFolder('/')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
      return
    }
    chmodSync(join(path, '..'), 0o777)
    await asNobody(async () => mkdirSync(path))
    await expect(ensurePrivateFolder(path)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining(path),
    })
  })

  it('names the path where it may not write', async () => {
    const parent = tempFolder()
    chmodSync(parent, 0o555)
    await asNobody(async () => {
      await expect(ensurePrivateFolder(join(parent, 'a'))).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining(join(parent, 'a')),
      })
    })
  })
})

describe('makeScratchFolder', () => {
  it('makes a private folder and removes it with its guard', async () => {
    const parent = join(tempFolder(), 'scratch')
    const scratch = await makeScratchFolder(parent)
    expect(modeOf(scratch.path)).toBe(0o700)
    writeFileSync(join(scratch.path, 'plan'), 'x')
    await scratch.remove()
    await scratch.remove()
    expect(readdirSync(parent)).toEqual([])
  })

  it('removes what is read-only, and follows no symbolic link', async () => {
    const folder = tempFolder()
    chmodSync(folder, 0o777)
    const outside = join(folder, 'outside')
    mkdirSync(outside, { mode: 0o755 })
    writeFileSync(join(outside, 'kept'), '')
    await asNobody(async () => {
      const scratch = await makeScratchFolder(join(folder, 'scratch'))
      const inner = join(scratch.path, 'a', 'b')
      mkdirSync(inner, { recursive: true })
      writeFileSync(join(inner, 'file'), 'x', { mode: 0o400 })
      symlinkSync(outside, join(inner, 'link'))
      chmodSync(inner, 0o500)
      chmodSync(join(inner, '..'), 0o500)
      await scratch.remove()
      expect(existsSync(scratch.path)).toBe(false)
    })
    expect(readdirSync(outside)).toEqual(['kept'])
    expect(modeOf(outside)).toBe(0o755)
  })
})

describe('wipeAbandonedScratch', () => {
  it('removes the folder of a killed process, and leaves those of the living and of strangers', async () => {
    const parent = join(tempFolder(), 'scratch')
    const mine = await makeScratchFolder(parent)
    onTestFinished(() => mine.remove())
    const living = await startProgram('hold-scratch', parent)
    onTestFinished(() => living.kill())
    const killed = await startProgram('hold-scratch', parent)
    await killed.kill()
    mkdirSync(join(parent, 'something-else'))
    expect(existsSync(join(killed.firstLine, 'plan.json'))).toBe(true)

    expect(await wipeAbandonedScratch(parent)).toEqual([killed.firstLine])

    expect(existsSync(killed.firstLine)).toBe(false)
    expect(existsSync(`${killed.firstLine}.lock`)).toBe(false)
    expect(existsSync(living.firstLine)).toBe(true)
    expect(existsSync(mine.path)).toBe(true)
    expect(existsSync(join(parent, 'something-else'))).toBe(true)
  })

  it('has nothing to do where the parent is missing', async () => {
    expect(await wipeAbandonedScratch(join(tempFolder(), 'none'))).toEqual([])
  })
})

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}
