import type { Variables } from '../../scan/environment.js'

/** What every check may use. */
export interface CheckContext {
  readonly env: Variables
  readonly cwd: string
  /** Private folder, removed at the end. */
  readonly scratchFolder: string
  readonly signal: AbortSignal
}
