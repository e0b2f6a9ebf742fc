import { chmod, chown, lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Account, unavailable } from '../lib/account.js'

/** What one account may enter of what driftd keeps; all of it lies in folders that the account cannot replace. */
export interface AccountFolders {
  /** Root's. What is below it is readable for all, but only this account's group comes so far. */
  readonly checkouts: string
  /** The account's own, 0700: nothing that runs as root ever reads or writes in it. */
  readonly work: string
}

/**
 * Makes the folders of an account below `root`, which stands beside the data folder: store and key are in another place,
 * and not even a name of theirs can be asked for from here. Throws RUNAS_UNAVAILABLE where somebody else's are there.
 */
export async function ensureAccountFolders(root: string, account: Account): Promise<AccountFolders> {
  const gate = join(root, account.name)
  const [checkouts, work] = [join(gate, 'checkouts'), join(gate, 'work')]
  await ensure(account, { path: root, mode: 0o711, uid: 0, gid: 0 })
  await ensure(account, { path: gate, mode: 0o710, uid: 0, gid: account.gid })
  await ensure(account, { path: checkouts, mode: 0o711, uid: 0, gid: 0 })
  await ensure(account, { path: work, mode: 0o700, uid: account.uid, gid: account.gid })
  return { checkouts, work }
}

interface Wanted {
  readonly path: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

async function ensure(account: Account, { path, mode, uid, gid }: Wanted): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 }).catch(ignoreExisting)
    const found = await lstat(path)
    if (!found.isDirectory() || (found.uid !== 0 && found.uid !== uid))
      throw unavailable(account.name, `${path} is not what driftd made there`, 'remove it')
    if (found.uid !== uid || found.gid !== gid) await chown(path, uid, gid)
    await chmod(path, mode)
  } catch (error) {
    if (error instanceof Error && !('syscall' in error)) throw error
    const { code } = error as NodeJS.ErrnoException
    throw unavailable(account.name, `${path} cannot be made (${code})`, 'check the rights there', error)
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
