import { lookUpAccount } from '../lib/account.js'
import type { Provider } from '../scan/provider.js'
import { type AccountFolders, ensureAccountFolders } from './account-folders.js'
import { type HostCommand, startHost } from './host-process.js'
import { type AccountAnswer, type AccountQuestion, expectType, type HostedAs } from './messages.js'
import { providerAs } from './run-as.js'

/** Engines that run as other accounts (runAs). */
export interface EngineAccounts {
  /** The same provider, whose engine runs as that account. What it then throws: RUNAS_UNAVAILABLE too. */
  providerAs(provider: Provider, account: string): Provider
  /** The folder for checkouts that this account, and no other, may read. Throws RUNAS_UNAVAILABLE. */
  checkoutFolder(account: string): Promise<string>
  /** Asks that account itself. Throws RUNAS_UNAVAILABLE where no engine could run as it. */
  ask(account: string, question: AccountQuestion, signal: AbortSignal): Promise<AccountAnswer>
}

/** What they are made of. */
export interface EngineAccountsParts {
  /** Folder of store and key. */
  readonly dataFolder: string
  readonly host: HostCommand
  /** PATH, for looking accounts up. */
  readonly path: string | undefined
}

/** Nothing is made or asked before the first use; what an account has is then remembered. */
export function createEngineAccounts({ dataFolder, host, path }: EngineAccountsParts): EngineAccounts {
  const ready = new Map<string, Promise<HostedAs & AccountFolders>>()

  function become(name: string): Promise<HostedAs & AccountFolders> {
    const known = ready.get(name)
    if (known !== undefined) return known
    const made = prepare(name)
    ready.set(name, made)
    // what is missing may be there the next time
    made.catch(() => ready.delete(name))
    return made
  }

  async function prepare(name: string): Promise<HostedAs & AccountFolders> {
    const account = await lookUpAccount(name, path)
    // beside the folder of store and key, which stays closed to all
    return { account, ...(await ensureAccountFolders(`${dataFolder}-engines`, account)) }
  }

  return {
    providerAs: (provider, account) => providerAs(provider, { host, become: () => become(account) }),
    checkoutFolder: async (account) => (await become(account)).checkouts,
    async ask(account, question, signal) {
      const { account: found, work } = await become(account)
      const running = startHost(host, {}, signal)
      try {
        running.send({ type: 'check', as: { account: found, work }, ...question })
        return expectType(await running.result(), 'checked').answer
      } finally {
        await running.close()
      }
    },
  }
}
