import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { DriftError } from '../domain/errors.js'

/** The name of the configuration file. */
export const CONFIG_FILE_NAME = 'driftd.yaml'

/** The absolute path of driftd.yaml in a folder or the nearest of its parents. Throws CONFIG_NOT_FOUND. */
export async function findConfigFile(cwd: string): Promise<string> {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const file = join(folder, CONFIG_FILE_NAME)
    if (await exists(file)) return file
    if (folder === dirname(folder)) break
  }
  throw new DriftError(
    'CONFIG_NOT_FOUND',
    `there is no ${CONFIG_FILE_NAME} in ${resolve(cwd)} or its parents: write one, or name it with --config FILE`,
  )
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}
