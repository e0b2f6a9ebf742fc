import type { LoadedConfig } from '../config/load-config.js'
import type { Variables } from '../scan/environment.js'
import type { Provider } from '../scan/provider.js'
import type { OpenedStore } from '../store/open-store.js'

/** What is there once a configuration is loaded and its store is open. */
export interface Ground {
  readonly loaded: LoadedConfig
  readonly store: OpenedStore
  /** Of the store, as driftd.yaml has it, resolved: it may hold a password. */
  readonly storeUrl: string
  /** Caches, keys, mirrors. */
  readonly dataFolder: string
  readonly env: Variables
  readonly providers: readonly Provider[]
}
