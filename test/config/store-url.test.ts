import { describe, expect, it } from 'vitest'
import { storeUrl } from '../../src/config/store-url.js'
import { loadValid } from '../helpers/config.js'

const withStore = (store: string): string =>
  `version: 1\nstore: ${store}\nrepositories: [{ name: infra, url: ./infra }]\n`

describe('storeUrl', () => {
  it('is relative to driftd.yaml', async () => {
    const loaded = await loadValid(withStore('sqlite:data/driftd.db'))
    expect(await storeUrl(loaded, {})).toBe(`sqlite:${loaded.folder}/data/driftd.db`)
  })

  it('may hold a password where it comes from a secret', async () => {
    const loaded = await loadValid(withStore('{ env: STORE }'))
    const url = 'postgres://bob:secret@db/driftd'
    expect(await storeUrl(loaded, { STORE: url })).toBe(url)
  })

  it('refuses a variable that holds no such URL, without repeating it', async () => {
    const loaded = await loadValid(withStore('{ env: STORE }'))
    const attempt = storeUrl(loaded, { STORE: 'hunter2' })
    await expect(attempt).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(attempt).rejects.not.toThrow('hunter2')
  })
})
