import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lookUpAccount } from '../../src/lib/account.js'
import { accountsIn, mayBecomeOther, OTHER_ACCOUNT, openFolder } from '../helpers/other-account.js'
import { asNobody } from '../lib/temp-folder.js'

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
