import type { Account } from '../lib/account.js'
import { unavailable } from '../lib/account.js'

/**
 * Makes this process, for good, one of another account: its groups, real, effective and saved ids. The kernel then keeps
 * other processes of that account from looking into this one (it is no longer dumpable, ptrace(2)), so that an engine
 * cannot read the key out of it. Throws RUNAS_UNAVAILABLE where the way back is open.
 */
export function dropPrivileges(account: Account): void {
  const { name, uid, gid } = account
  const { initgroups } = process as { initgroups?: (user: string, group: number) => void }
  if (!initgroups || !process.setgid || !process.setuid)
    throw unavailable(name, 'this system has no accounts', 'remove runAs')
  initgroups(name, gid)
  process.setgid(gid)
  process.setuid(uid)
  const ids = [process.getuid?.(), process.geteuid?.(), process.getgid?.(), process.getegid?.()]
  if (ids.join() !== [uid, uid, gid, gid].join() || process.getgroups?.().includes(0) || canReturn())
    throw unavailable(name, 'the system did not let go of root', 'tell the makers of driftd')
  process.umask(0o077)
}

function canReturn(): boolean {
  try {
    process.setuid?.(0)
    return true
  } catch {
    return false
  }
}
