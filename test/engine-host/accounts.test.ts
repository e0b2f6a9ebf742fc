import { mkdirSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lookUpAccount } from '../../src/lib/account.js'
import { accountsIn, mayBecomeOther, OTHER_ACCOUNT, openFolder } from '../helpers/other-account.js'
import { asNobody } from '../lib/temp-folder.js'

describe.runIf(mayBecomeOther)('the folders of an account', () => {
  it('are closed to all others, and lie where only root can replace them', async () => {
    const folder = openFolder()
    const checkouts = await accountsIn(folder).checkoutFolder(OTHER_ACCOUNT)
    const gate = dirname(checkouts)
    const { uid, gid } = await lookUpAccount(OTHER_ACCOUNT, process.env.PATH)
    const rightsOf = (path: string) => {
      const found = statSync(path)
      return [(found.mode & 0o7777).toString(8), found.uid, found.gid]
    }
    expect([dirname(gate), gate, checkouts, join(gate, 'work')].map(rightsOf)).toEqual([
      ['711', 0, 0],
      ['710', 0, gid],
      ['711', 0, 0],
      ['700', uid, gid],
    ])
    expect(gate).toBe(join(folder, 'data-engines', OTHER_ACCOUNT))
  })
})

describe('an account that no engine can run as', () => {
  it.runIf(mayBecomeOther).each([
    ['driftd-no-such-account', 'there is no such account'],
    ['root', 'it is root'],
  ])('is %s', async (name, why) => {
    const attempt = lookUpAccount(name, process.env.PATH)
    await expect(attempt).rejects.toMatchObject({ code: 'RUNAS_UNAVAILABLE' })
    await expect(attempt).rejects.toThrow(why)
  })

  it('is any, where driftd is not root', async () => {
    const attempt = asNobody(() => lookUpAccount(OTHER_ACCOUNT, process.env.PATH))
    await expect(attempt).rejects.toMatchObject({ code: 'RUNAS_UNAVAILABLE' })
    await expect(attempt).rejects.toThrow('start driftd as root, or remove runAs')
  })

  it.runIf(mayBecomeOther)('is one in whose place somebody else has put things', async () => {
    const folder = openFolder()
    mkdirSync(join(folder, 'data-engines'))
    symlinkSync('/tmp', join(folder, 'data-engines', OTHER_ACCOUNT))
    const attempt = accountsIn(folder).checkoutFolder(OTHER_ACCOUNT)
    await expect(attempt).rejects.toMatchObject({ code: 'RUNAS_UNAVAILABLE' })
  })
})
