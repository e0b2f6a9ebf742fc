import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DriftError } from '../../src/domain/errors.js'

const PLUGINS = join('callback', 'plugins')

/**
 * The folder with our callback plug-ins: beside this file in a checkout, and in the package's own
 * `providers/ansible` where this file runs compiled. Throws INTERNAL where it was not shipped.
 */
export function callbackFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  for (let folder = here; ; folder = dirname(folder)) {
    const found = [join(here, PLUGINS), join(folder, 'providers', 'ansible', PLUGINS)].find(existsSync)
    if (found !== undefined) return found
    if (dirname(folder) === folder) break
  }
  throw new DriftError(
    'INTERNAL',
    `the callback plug-ins of driftd are missing beside ${here}: install it again`,
  )
}
