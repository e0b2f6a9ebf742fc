import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { findConfigFile } from '../../config/find-config-file.js'
import { stackNameProblem } from '../../domain/stack.js'
import { readStackNames } from '../../store/read-stack-names.js'

const DEFAULT_STORE = 'sqlite:.driftd/driftd.db'

/**
 * The names of stacks that driftd.yaml has, and those that the last scans found, sorted. Half a file is enough, since
 * people complete words while they write it; what cannot be read has no names, and nothing is made or waited for.
 */
export async function knownStackNames(words: readonly string[], cwd: string): Promise<readonly string[]> {
  try {
    const file = await configFileOf(words, cwd)
    const config: unknown = parseDocument(await readFile(file, 'utf8')).toJS()
    const names = [...explicitNames(config), ...(await scannedNames(config, dirname(file)))]
    return [...new Set(names)].filter((name) => stackNameProblem(name) === null).sort()
  } catch {
    return []
  }
}

async function configFileOf(words: readonly string[], cwd: string): Promise<string> {
  const index = words.findIndex((word) => word === '-c' || word === '--config')
  const named = index === -1 ? undefined : words.slice(index + 1).find((word) => word !== '=')
  return named === undefined ? findConfigFile(cwd) : resolve(cwd, named)
}

function explicitNames(config: unknown): readonly string[] {
  return listAt(config, 'repositories')
    .flatMap((repository) => listAt(repository, 'stacks'))
    .map((stack) => valueAt(stack, 'name'))
    .filter((name) => typeof name === 'string')
}

async function scannedNames(config: unknown, folder: string): Promise<readonly string[]> {
  const store = valueAt(config, 'store') ?? DEFAULT_STORE
  if (typeof store !== 'string' || !store.startsWith('sqlite:')) return []
  return readStackNames(resolve(folder, store.slice('sqlite:'.length)))
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = valueAt(value, key)
  return Array.isArray(list) ? list : []
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}
