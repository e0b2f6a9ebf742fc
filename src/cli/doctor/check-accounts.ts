import { dirname, join } from 'node:path'
import type { LoadedConfig } from '../../config/load-config.js'
import { storeUrl } from '../../config/store-url.js'
import { createEngineAccounts, type EngineAccounts } from '../../engine-host/engine-accounts.js'
import { engineHostCommand } from '../../engine-host/engine-host-command.js'
import type { HostCommand } from '../../engine-host/host-process.js'
import { dataFolderOf } from '../../store/open-store.js'
import { type Check, ok, problem, problemOf } from './check.js'
import type { CheckContext } from './check-context.js'
import { secretFiles } from './check-secrets.js'

const TIMEOUT_MS = 60_000

/** The accounts that engines run as (runAs): are they there, and is what they must not read closed to them? */
export async function checkAccounts(
  loaded: LoadedConfig,
  context: CheckContext,
  host: HostCommand = engineHostCommand(),
): Promise<readonly Check[]> {
  const names = configuredAccounts(loaded)
  if (names.length === 0) return []
  const { env, scratchFolder } = context
  const dataFolder = dataFolderOf(await storeUrl(loaded, env), loaded.folder)
  // made in a folder that goes: the first scan makes its own
  const made = { dataFolder: join(scratchFolder, 'accounts'), host, path: env.PATH }
  const accounts = createEngineAccounts(made)
  const key = env.DRIFTD_KEY_FILE || join(dataFolder, 'key')
  const forbidden = [dataFolder, key, ...secretFiles(loaded)]
  return Promise.all(names.map((name) => checkAccount(accounts, { name, forbidden, dataFolder, context })))
}

function configuredAccounts({ config }: LoadedConfig): readonly string[] {
  const all = [
    config.defaults,
    ...config.repositories.flatMap(({ stacks }) => stacks.map(({ settings }) => settings)),
  ]
  return [...new Set(all.flatMap(({ runAs }) => (runAs === undefined ? [] : [runAs])))].sort()
}

async function checkAccount(
  accounts: EngineAccounts,
  asked: {
    readonly name: string
    readonly forbidden: readonly string[]
    readonly dataFolder: string
    readonly context: CheckContext
  },
): Promise<Check> {
  const { name, forbidden, dataFolder, context } = asked
  const at = { area: 'engines', what: `runAs ${name}` } as const
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(TIMEOUT_MS)])
  const needed = [dirname(dataFolder)]
  try {
    const { readable, closed } = await accounts.ask(name, { forbidden, needed }, signal)
    const [open] = readable
    if (open !== undefined)
      return problem({ ...at, detail: `that account can read ${open}` }, `chmod go= ${open}`)
    const [shut] = closed
    if (shut === undefined)
      return ok({ ...at, detail: `can run engines, and read none of ${forbidden.length} closed files` })
    const detail = `that account may not pass through ${shut}, below which its checkouts are kept (RUNAS_UNAVAILABLE)`
    return problem({ ...at, detail }, `chmod o+x ${shut}`)
  } catch (error) {
    return problemOf(at, error)
  }
}
