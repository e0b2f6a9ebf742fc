import { resolve } from 'node:path'
import type { LoadedConfig } from '../../config/load-config.js'
import { resolveSetting } from '../../config/resolve-setting.js'
import { settingsIn } from '../../config/settings-in.js'
import { toDriftError } from '../../domain/errors.js'
import type { Secret } from '../../lib/schema/setting.js'
import type { Variables } from '../../scan/environment.js'
import { type Check, ok, problem } from './check.js'

/** Every `{ env: NAME }` and `{ file: PATH }` of a configuration: can it be read now? Values are never shown. */
export async function checkSecrets(loaded: LoadedConfig, env: Variables): Promise<readonly Check[]> {
  const settings = settingsIn(loaded.config)
  const checks = await Promise.all(settings.map((setting) => checkOne(setting, loaded, env)))
  const problems = checks.filter((check) => check !== null)
  if (problems.length > 0 || settings.length === 0) return problems
  return [ok({ area: 'configuration', what: 'secrets', detail: `${settings.length} can be read` })]
}

/** The files that a configuration takes secrets from, absolute. */
export function secretFiles({ config, folder }: Pick<LoadedConfig, 'config' | 'folder'>): readonly string[] {
  return settingsIn(config).flatMap((setting) => ('file' in setting ? [resolve(folder, setting.file)] : []))
}

async function checkOne(setting: Secret, { folder }: LoadedConfig, env: Variables): Promise<Check | null> {
  try {
    await resolveSetting(setting, folder, env)
    return null
  } catch (error) {
    const { code, message } = toDriftError(error)
    const fix = 'env' in setting ? `export ${setting.env}=...` : `ls -l ${setting.file}`
    return problem({ area: 'configuration', what: 'secrets', detail: `${message} (${code})` }, fix)
  }
}
