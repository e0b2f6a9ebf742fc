import { stat } from 'node:fs/promises'
import { loadConfigFile } from '../../app.js'
import { formatProblem } from '../../config/config-problem.js'
import type { LoadedConfig } from '../../config/load-config.js'
import { type DriftError, toDriftError } from '../../domain/errors.js'
import { type Check, ok, problem, warning } from './check.js'
import type { CheckContext } from './check-context.js'

const AREA = { area: 'configuration', what: 'driftd.yaml' } as const
const WRITABLE_BY_ALL = 0o002

/** driftd.yaml: found, valid, its own. `loaded` is null where nothing can be built on it. */
export async function checkConfiguration(
  configFile: string | null,
  { cwd }: CheckContext,
): Promise<{ readonly checks: readonly Check[]; readonly loaded: LoadedConfig | null }> {
  try {
    const loaded = await loadConfigFile(configFile, cwd)
    if (loaded.ok) return { checks: await examine(loaded), loaded }
    const checks = loaded.problems.map((one) =>
      problem({ ...AREA, detail: formatProblem(one) }, 'driftd config validate, after mending it'),
    )
    return { checks, loaded: null }
  } catch (error) {
    return { checks: [notFound(toDriftError(error))], loaded: null }
  }
}

function notFound({ code, message }: DriftError): Check {
  const fix = code === 'CONFIG_NOT_FOUND' ? 'driftd init' : null
  return problem({ ...AREA, detail: `${message} (${code})` }, fix)
}

async function examine(loaded: LoadedConfig): Promise<readonly Check[]> {
  const { mode } = await stat(loaded.file)
  const rights =
    mode & WRITABLE_BY_ALL
      ? [warning({ ...AREA, detail: 'everybody may change it' }, `chmod o-w ${loaded.file}`)]
      : []
  return [ok({ ...AREA, detail: loaded.file }), ...rights]
}
