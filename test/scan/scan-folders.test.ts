import { basename, dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scanFoldersIn, stackFolder } from '../../src/scan/scan-folders.js'

const folders = scanFoldersIn('/data')

describe('stackFolder', () => {
  it('is one folder directly below the data folder, whatever the name', () => {
    for (const name of ['prod/network', '/srv/live/../x', '..', 'a b\n"c"', 'é'.repeat(500)]) {
      const folder = stackFolder(folders, name)
      expect(dirname(folder)).toBe(folders.data)
      expect(basename(folder)).toMatch(
        /^[A-Za-z0-9_][A-Za-z0-9._-]*-[0-9a-f]{12}$|^[0-9a-f]{12}$|^-?[0-9a-f]{12}$/,
      )
    }
  })

  it('differs for names that read alike', () => {
    expect(stackFolder(folders, 'a/b')).not.toBe(stackFolder(folders, 'a-b'))
  })

  it('tells people which stack it belongs to', () => {
    expect(basename(stackFolder(folders, 'prod/network'))).toMatch(/^prod-network-/)
  })
})
