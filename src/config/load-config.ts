import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { DriftError } from '../domain/errors.js'
import type { ConfigProblem } from './config-problem.js'
import { crossCheck } from './cross-check.js'
import { deepFreeze } from './deep-freeze.js'
import { parseYaml } from './parse-yaml.js'
import type { Config, ConfigSchema } from './schema.js'
import { validateDocument } from './validate-document.js'

/** What loading needs. */
export interface LoadDeps {
  /** From `createConfigSchema`. */
  readonly schema: ConfigSchema
}

/** A valid configuration, frozen, and where it stands. */
export interface LoadedConfig {
  readonly config: Config
  /** Absolute path of driftd.yaml, and of its folder, to which every path in it is relative. */
  readonly file: string
  readonly folder: string
  /** A problem at a key, for checks that need more than the file (stacks found, files that exist). */
  readonly problemAt: (
    path: readonly (string | number)[],
    message: string,
    suggestion?: string,
  ) => ConfigProblem
}

/** The configuration, or every problem of it. */
export type LoadResult =
  | ({ readonly ok: true } & LoadedConfig)
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/**
 * Reads and checks driftd.yaml. Problems of the content come back all at once, sorted by line; throws
 * CONFIG_NOT_FOUND where there is no such file, PERMISSION_DENIED where it may not be read.
 */
export async function loadConfig(path: string, deps: LoadDeps): Promise<LoadResult> {
  const file = resolve(path)
  const text = await readConfigFile(file)
  const parsed = parseYaml(file, text)
  const { output, problems } = validateDocument(parsed, deps.schema)
  const all = [...problems, ...crossCheck(parsed.data, parsed.problemAt)]
  if (output === undefined || all.length > 0) return { ok: false, problems: sortProblems(all) }
  const { problemAt } = parsed
  return { ok: true, config: deepFreeze(output), file, folder: dirname(file), problemAt }
}

/** Problems in the order in which they stand in the file, each once. */
export function sortProblems(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const unique = new Map(problems.map((problem) => [JSON.stringify(problem), problem]))
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column)
}

async function readConfigFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    if (code === 'EACCES' || code === 'EPERM')
      throw new DriftError('PERMISSION_DENIED', `${file} may not be read: check its rights`, { cause: error })
    const message = `${file} cannot be read (${code}): name a configuration with --config FILE`
    throw new DriftError('CONFIG_NOT_FOUND', message, { cause: error })
  }
}
