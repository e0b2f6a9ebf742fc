import type { LoadedConfig } from './load-config.js'
import { resolveSetting } from './resolve-setting.js'
import { settingsIn } from './settings-in.js'

/**
 * Every secret value that a configuration names and that can be read now, so that no log shows one. What cannot be read
 * is left out: whoever needs it says so.
 */
export async function readConfiguredSecrets(
  { config, folder }: Pick<LoadedConfig, 'config' | 'folder'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const values = await Promise.all(
    settingsIn(config).map((setting) => resolveSetting(setting, folder, env).catch(() => null)),
  )
  return values.flatMap((found) => (found?.isSecret ? [found.value] : []))
}
