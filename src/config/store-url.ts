import { isAbsolute, resolve } from 'node:path'
import { DriftError } from '../domain/errors.js'
import type { LoadedConfig } from './load-config.js'
import { resolveSetting } from './resolve-setting.js'
import { storeUrlProblem } from './sections/store.js'

/**
 * The URL of the store, `sqlite:` with an absolute path. May hold a password: never to be shown. Throws
 * SECRET_UNAVAILABLE, and CONFIG_INVALID where a variable or file holds no such URL.
 */
export async function storeUrl(
  { config, folder }: Pick<LoadedConfig, 'config' | 'folder'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { value, isSecret } = await resolveSetting(config.store, folder, env)
  // a password is what a URL from a secret may hold
  const problem = storeUrlProblem(value, isSecret)
  if (problem !== null) throw new DriftError('CONFIG_INVALID', `the value of store ${problem}: correct it`)
  const path = value.startsWith('sqlite:') ? value.slice('sqlite:'.length) : null
  return path === null || isAbsolute(path) ? value : `sqlite:${resolve(folder, path)}`
}
