import type { OpenCheckout, Repository } from '../git/repository.js'

/** The files of one commit, for driftd itself and for each account whose engines read them. */
export interface AccountCheckouts {
  /** Null: driftd's own account. Throws RUNAS_UNAVAILABLE, and the errors of a checkout. */
  of(account: string | null): Promise<OpenCheckout>
  release(): Promise<void>
}

/** What they are opened with. */
export interface AccountCheckoutsParts {
  readonly git: Repository
  readonly own: OpenCheckout
  readonly signal: AbortSignal
  /** The folder for checkouts that an account may read. */
  checkoutFolder(account: string): Promise<string>
}

/** Opens the checkout of an account when its first stack is scanned. What is scanned in place is read where it is. */
export function openAccountCheckouts(parts: AccountCheckoutsParts): AccountCheckouts {
  const { git, own, signal, checkoutFolder } = parts
  const opened = new Map<string, Promise<OpenCheckout>>()

  async function open(account: string): Promise<OpenCheckout> {
    const sharedFolder = await checkoutFolder(account)
    return own.commit === null ? own : git.checkout({ commit: own.commit, sharedFolder, signal })
  }

  return {
    async of(account) {
      if (account === null) return own
      const checkout = opened.get(account) ?? open(account)
      opened.set(account, checkout)
      return checkout
    },
    async release() {
      const others = await Promise.allSettled(opened.values())
      for (const other of others) if (other.status === 'fulfilled') await other.value.release()
      await own.release()
    },
  }
}
