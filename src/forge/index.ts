import type { ForgePlugin } from './forge-plugin.js'
import { gitHub } from './github/index.js'
import { gitLab } from './gitlab/index.js'
import { signedFiles } from './signed-files/index.js'

/** Every forge. */
export const forges: readonly ForgePlugin[] = [signedFiles, gitHub, gitLab]
