import { describe, expect, it } from 'vitest'
import { DriftError } from '../../src/domain/errors.js'
import { isBusyError, toStoreError } from '../../src/store/store-error.js'

const PLACE = { name: '/var/lib/driftd.db', adviseRestore: () => 'restore it so' }

function failure(code: string): Error {
  return Object.assign(new Error(`what ${code} says`), { code })
}

describe('toStoreError', () => {
  it.each([
    ['SQLITE_BUSY', 'STORE_LOCKED'],
    ['SQLITE_BUSY_SNAPSHOT', 'STORE_LOCKED'],
    ['SQLITE_CORRUPT_INDEX', 'STORE_CORRUPT'],
    ['SQLITE_NOTADB', 'STORE_CORRUPT'],
    ['SQLITE_FULL', 'DISK_FULL'],
    ['ENOSPC', 'DISK_FULL'],
    ['SQLITE_READONLY_DIRECTORY', 'STORE_UNREADABLE'],
    ['EACCES', 'STORE_UNREADABLE'],
    ['55P03', 'STORE_LOCKED'],
    ['40P01', 'STORE_LOCKED'],
    ['57014', 'STORE_LOCKED'],
    ['53100', 'DISK_FULL'],
    ['XX001', 'STORE_CORRUPT'],
    ['57P01', 'STORE_UNREACHABLE'],
    ['53300', 'STORE_UNREACHABLE'],
    ['08006', 'STORE_UNREACHABLE'],
    ['28P01', 'STORE_UNREADABLE'],
    ['3D000', 'STORE_UNREADABLE'],
    ['42501', 'STORE_UNREADABLE'],
    ['23505', 'INTERNAL'],
    ['', 'INTERNAL'],
  ])('of %s is %s, and names the store', (code, expected) => {
    const error = toStoreError(PLACE, failure(code))
    expect(error.code).toBe(expected)
    expect(error.message).toContain('/var/lib/driftd.db')
    expect(error.message).toContain(`what ${code} says`)
  })

  it('says how to restore what is damaged', () => {
    expect(toStoreError(PLACE, failure('SQLITE_CORRUPT')).message).toContain('restore it so')
  })

  it('leaves what is said in our words already', () => {
    const error = new DriftError('LEADERSHIP_LOST', 'no')
    expect(toStoreError(PLACE, error)).toBe(error)
  })
})

describe('isBusyError', () => {
  it('is true where the same attempt may succeed at once', () => {
    for (const code of ['SQLITE_BUSY', 'SQLITE_LOCKED_SHAREDCACHE', '55P03', '40P01', '40001'])
      expect(isBusyError(failure(code)), code).toBe(true)
    for (const code of ['SQLITE_FULL', '57014', '28P01', 'EBUSY', ''])
      expect(isBusyError(failure(code)), code).toBe(false)
  })
})
