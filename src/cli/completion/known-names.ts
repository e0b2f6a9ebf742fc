import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { findConfigFile } from '../../config/find-config-file.js'
import { stackNameProblem } from '../../domain/stack.js'
import { readStackNames } from '../../store/read-stack-names.js'

const DEFAULT_STORE = 'sqlite:.driftd/driftd.db'

/** What the names of a configuration are of. */
export type NamedThing = 'stack' | 'channel' | 'repository'

/**
 * The names of stacks that driftd.yaml has and that the last scans found, or of its channels or repositories, sorted.
 * Half a file is enough, since people complete words while they write it; what cannot be read has no names, and nothing
 * is made or waited for.
 */
export async function knownNames(
  thing: NamedThing,
  words: readonly string[],
  cwd: string,
): Promise<readonly string[]> {
  try {
    const file = await configFileOf(words, cwd)
    const config: unknown = parseDocument(await readFile(file, 'utf8')).toJS()
    const names = await namesOf(thing, config, dirname(file))
    return [...new Set(names)].filter((name) => stackNameProblem(name) === null).sort()
  } catch {
    return []
  }
}

async function namesOf(thing: NamedThing, config: unknown, folder: string): Promise<readonly string[]> {
  if (thing === 'stack') return [...explicitNames(config), ...(await scannedNames(config, folder))]
  if (thing === 'repository') return listAt(config, 'repositories').flatMap(nameOf)
  return Object.keys(valueAt(valueAt(config, 'alerts'), 'channels') ?? {})
}

async function configFileOf(words: readonly string[], cwd: string): Promise<string> {
  const index = words.findIndex((word) => word === '-c' || word === '--config')
  const named = index === -1 ? undefined : words.slice(index + 1).find((word) => word !== '=')
  return named === undefined ? findConfigFile(cwd) : resolve(cwd, named)
}

function explicitNames(config: unknown): readonly string[] {
  return listAt(config, 'repositories')
    .flatMap((repository) => listAt(repository, 'stacks'))
    .flatMap(nameOf)
}

function nameOf(value: unknown): readonly string[] {
  const name = valueAt(value, 'name')
  return typeof name === 'string' ? [name] : []
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
