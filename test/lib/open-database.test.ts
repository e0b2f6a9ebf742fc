import { describe, expect, it } from 'vitest'
import { isUnbuilt, openDatabase } from '../../src/lib/open-database.js'

describe('openDatabase', () => {
  it('opens one', () => {
    const database = openDatabase(':memory:')
    expect(database.pragma('user_version', { simple: true })).toBe(0)
    database.close()
  })

  it('throws what SQLite says of a file that it cannot open', () => {
    expect(() => openDatabase('/nowhere/x.db', { fileMustExist: true })).toThrow(/directory does not exist/)
  })
})

describe('isUnbuilt', () => {
  it.each([
    [true, { message: 'Could not locate the bindings file. Tried:\n → /a' }],
    [true, { code: 'ERR_DLOPEN_FAILED', message: 'compiled against a different Node.js version' }],
    [false, { code: 'SQLITE_CANTOPEN', message: 'unable to open database file' }],
    [false, new TypeError('Cannot open database because the directory does not exist')],
  ])('is %s of %j', (expected, error) => {
    expect(isUnbuilt(error)).toBe(expected)
  })
})
