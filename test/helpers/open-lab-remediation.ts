import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRemediation, type HandWish } from '../../src/compose/remediation.js'
import { loadConfig } from '../../src/config/load-config.js'
import { createConfigSchema } from '../../src/config/schema.js'
import { createEngineAccounts } from '../../src/engine-host/engine-accounts.js'
import { forges } from '../../src/forge/index.js'
import type { Provider } from '../../src/scan/provider.js'
import { openStore } from '../../src/store/open-store.js'
import { fileProvider } from './file-provider.js'

/** What only the process that carries out is given. */
export const APPLY_SECRET = 'canary-apply-token'

/** Rita asks for everything there is to do. */
export const HAND_WISH: HandWish = {
  action: null,
  records: [],
  includePending: false,
  allowIrreversible: false,
  allowMassDelete: false,
  again: false,
  requester: 'rita',
}

/** The remediation of a lab's configuration, in this process. */
export async function openLabRemediation(configFile: string) {
  const folder = join(configFile, '..')
  const providers = [fileProvider as Provider]
  const schema = createConfigSchema({ providers, channels: [], forges })
  const loaded = await loadConfig(configFile, { schema })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const dataFolder = join(folder, '.driftd')
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const storeUrl = `sqlite:${join(dataFolder, 'driftd.db')}`
  const store = await openStore(storeUrl)
  const env = { PATH: process.env.PATH, HOME: folder, APPLY_SECRET }
  const warnings: string[] = []
  const accounts = createEngineAccounts({ dataFolder, host: { command: '', args: [] }, path: env.PATH })
  const parts = { loaded, store, storeUrl, dataFolder, env, providers, forges, accounts }
  const onWarning = (message: string): void => void warnings.push(message)
  const desk = createRemediation({ ...parts, isAlone: async () => true, onWarning })
  return { desk, store, warnings, parts }
}
