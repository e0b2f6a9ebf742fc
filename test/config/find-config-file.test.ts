import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findConfigFile } from '../../src/config/find-config-file.js'
import { tempFolder } from '../lib/temp-folder.js'

describe('findConfigFile', () => {
  it('takes the nearest driftd.yaml, the own folder first', async () => {
    const folder = tempFolder()
    const deep = join(folder, 'a', 'b')
    mkdirSync(deep, { recursive: true })
    writeFileSync(join(folder, 'driftd.yaml'), '')
    expect(await findConfigFile(deep)).toBe(join(folder, 'driftd.yaml'))
    writeFileSync(join(deep, 'driftd.yaml'), '')
    expect(await findConfigFile(deep)).toBe(join(deep, 'driftd.yaml'))
  })

  it('says where it looked', async () => {
    const attempt = findConfigFile(tempFolder())
    await expect(attempt).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' })
    await expect(attempt).rejects.toThrow('--config FILE')
  })
})
