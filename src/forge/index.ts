import type { ForgePlugin } from './forge-plugin.js'
import { gitHub } from './github/index.js'
import { plannedForges } from './planned-forges.js'
import { signedFiles } from './signed-files/index.js'

/** Every forge. */
export const forges: readonly ForgePlugin[] = [signedFiles, gitHub]

/** The forges that driftd.yaml may name, and the keys that each has. */
export const forgeOptions = [...plannedForges, ...forges]
