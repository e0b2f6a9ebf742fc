import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveSetting } from '../../src/config/resolve-setting.js'
import { asNobody, tempFolder } from '../lib/temp-folder.js'

describe('resolveSetting', () => {
  it('gives a literal, which is no secret', async () => {
    expect(await resolveSetting('eu-west-1', '/', {})).toEqual({ value: 'eu-west-1', isSecret: false })
  })

  it('reads a variable as a secret', async () => {
    const setting = { env: 'TOKEN', secret: true }
    expect(await resolveSetting(setting, '/', { TOKEN: 'abc' })).toEqual({ value: 'abc', isSecret: true })
  })

  it('reads a variable that may be shown', async () => {
    const setting = { env: 'REGION', secret: false }
    expect(await resolveSetting(setting, '/', { REGION: '' })).toEqual({ value: '', isSecret: false })
  })

  it.each([
    ['abc\n', 'abc'],
    ['abc\r\n', 'abc'],
    ['abc\n\n', 'abc\n'],
    [' a b ', ' a b '],
  ])('drops one newline at the end of a file: %j', async (content, value) => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'token'), content)
    expect(await resolveSetting({ file: 'token' }, folder, {})).toEqual({ value, isSecret: true })
  })

  it.each([
    ['a variable that is not set', { env: 'TOKEN', secret: true }, 'environment variable TOKEN is not set'],
    ['an empty secret', { file: 'empty' }, 'file empty is empty'],
    ['a missing file', { file: 'missing' }, 'cannot be read (ENOENT)'],
    ['a folder', { file: 'folder' }, 'is no regular file'],
    ['a pipe that nobody writes to', { file: 'pipe' }, 'is no regular file'],
    ['a binary file', { file: 'binary' }, 'is binary'],
    ['a file that is no secret', { file: 'huge' }, 'is over 1 MiB'],
  ])('refuses %s', async (_, setting, message) => {
    const folder = tempFolder()
    mkdirSync(join(folder, 'folder'))
    writeFileSync(join(folder, 'empty'), '\n')
    writeFileSync(join(folder, 'binary'), 'hunter2\0hunter2')
    writeFileSync(join(folder, 'huge'), Buffer.alloc(1024 * 1024 + 1, 'x'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const attempt = resolveSetting(setting, folder, {})
    await expect(attempt).rejects.toMatchObject({ code: 'SECRET_UNAVAILABLE' })
    await expect(attempt).rejects.toThrow(message)
    await expect(attempt).rejects.not.toThrow('hunter2')
  })

  it('refuses a file that may not be read', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'token'), 'abc', { mode: 0o000 })
    const attempt = asNobody(() => resolveSetting({ file: 'token' }, folder, {}))
    await expect(attempt).rejects.toThrow('EACCES')
  })
})
