import type { Provider } from '../src/scan/provider.js'
import { ansibleProvider } from './ansible/index.js'
import { terraformProvider } from './terraform/index.js'

/** Every provider: one folder beside this file and one line here. Their options are checked by their own schemas. */
export const providers: readonly Provider[] = [terraformProvider as Provider, ansibleProvider as Provider]
