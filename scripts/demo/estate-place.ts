import { join } from 'node:path'

/** Where an estate stands and in which environment its engines run. */
export interface Estate {
  /**
   * Absolute path. It gets `estate.git` (the remote), `estate/` (a clone that people work in), `state/`, `hosts/`, `keys/`,
   * `allowed_signers` and `driftd.yaml`.
   */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

type Place = Pick<Estate, 'folder'>

/** The clone that people work in. */
export function estateClone({ folder }: Place): string {
  return join(folder, 'estate')
}

/** The bare repository that driftd tracks and pushes requests to. */
export function estateRemote({ folder }: Place): string {
  return join(folder, 'estate.git')
}

/** For Git: nothing that a user has set up for every repository may sign, template or hook here. */
export function gitEnvironment({ env }: Pick<Estate, 'env'>): Readonly<Record<string, string>> {
  return { ...env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
}
