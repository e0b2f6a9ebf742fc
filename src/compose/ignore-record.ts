import { readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { addIgnoreRule, ignoreRuleText, type NewIgnoreRule } from '../config/add-ignore-rule.js'
import { formatProblem } from '../config/config-problem.js'
import type { LoadedConfig } from '../config/load-config.js'
import { parseRepositoryFile, REPOSITORY_FILE_NAME } from '../config/repository-file.js'
import { reservedLabels } from '../config/repository-file-rules.js'
import { localStackName } from '../config/resolve-stacks.js'
import type { RepositoryConfig } from '../config/schema.js'
import { DriftError } from '../domain/errors.js'
import type { DriftRecord } from '../domain/record.js'
import { classifyRepositoryUrl } from '../domain/repository-url.js'
import type { Variables } from '../scan/environment.js'
import type { Provider } from '../scan/provider.js'

/** What a person wants to have ignored, and where the rule goes. */
export interface IgnoreWish {
  readonly repository: string
  readonly stack: string
  readonly record: DriftRecord
  readonly reason: string
  readonly owner: string
  /** The last day, `2027-03-31`. */
  readonly until: string
  /** A working copy of the repository; null: the local path that driftd.yaml names. */
  readonly folder: string | null
}

/** What an ignored record came to. */
export type IgnoreOutcome =
  /** The rule stands in this file, to be committed. */
  | { readonly type: 'written'; readonly file: string; readonly text: string; readonly needsCommit: boolean }
  /** There is no working copy to write into: the rule, to be pasted. */
  | { readonly type: 'refused'; readonly error: DriftError; readonly text: string }

/** What the rule is made from. */
export interface IgnoreParts {
  readonly loaded: LoadedConfig
  readonly providers: readonly Provider[]
  readonly env: Variables
}

/**
 * Writes a rule that accepts exactly this difference into the working copy's .driftd.yaml; all else of the file stays as it
 * is. Throws CONFIG_INVALID where the file has problems or would have some, STACK_UNKNOWN.
 */
export async function ignoreRecord(parts: IgnoreParts, wish: IgnoreWish): Promise<IgnoreOutcome> {
  const repository = repositoryOf(parts.loaded, wish.repository)
  const rule = draftRule(wish, localStackName(parts.loaded, repository, wish.stack))
  const text = ignoreRuleText(rule)
  const place = wish.folder === null ? await workingCopy(parts, repository) : await givenFolder(wish.folder)
  if (place instanceof DriftError) return { type: 'refused', error: place, text }
  const file = join(place.folder, REPOSITORY_FILE_NAME)
  const before = await readText(file)
  if (before !== null) check(parts, file, before)
  const after = addIgnoreRule(before, rule)
  check(parts, file, after)
  await writeFile(file, after)
  return { type: 'written', file, text, needsCommit: place.isGit }
}

/** A rule that matches this difference and no other: the whole of it where the thing itself is gone or would be destroyed. */
export function draftRule(
  { record, reason, owner, until }: Pick<IgnoreWish, 'record' | 'reason' | 'owner' | 'until'>,
  localName: string,
): NewIgnoreRule {
  const { kind, action, changes, host, address } = record
  const isWhole = kind === 'deleted' || action === 'delete' || action === 'replace' || changes.length === 0
  const paths = [...new Set(changes.map(({ path }) => escapeGlob(path.join('.'))))]
  return {
    match: {
      stack: localName,
      address: escapeGlob(address),
      ...(host !== null && { host: escapeGlob(host) }),
      ...(!isWhole && { path: paths }),
      kind,
    },
    reason,
    owner,
    until,
  }
}

function escapeGlob(text: string): string {
  return text.replace(/[*?\\]/g, '\\$&')
}

function repositoryOf({ config }: LoadedConfig, name: string): RepositoryConfig {
  const repository = config.repositories.find((one) => one.name === name)
  if (repository !== undefined) return repository
  throw new DriftError('STACK_UNKNOWN', `the repository ${name} stands no longer in driftd.yaml`)
}

interface WorkingCopy {
  readonly folder: string
  readonly isGit: boolean
}

async function workingCopy(
  { loaded, env }: IgnoreParts,
  { name, url }: RepositoryConfig,
): Promise<WorkingCopy | DriftError> {
  const location = classifyRepositoryUrl(url)
  const why = `the repository ${name} has no working copy here`
  if ('problem' in location || location.kind === 'remote') return noWorkingCopy(why)
  const path = resolve(loaded.folder, location.path.replace(/^~(?=\/|$)/, env.HOME ?? homedir()))
  const found = await givenFolder(path)
  if (found instanceof DriftError) return found
  const isBare = !found.isGit && (await exists(join(path, 'HEAD'))) && (await exists(join(path, 'objects')))
  return isBare ? noWorkingCopy(`${path} is a repository without a working copy`) : found
}

async function givenFolder(path: string): Promise<WorkingCopy | DriftError> {
  const folder = await realpath(resolve(path)).catch(() => null)
  if (folder === null || !(await stat(folder)).isDirectory())
    return noWorkingCopy(`there is no folder ${path}`)
  return { folder, isGit: await exists(join(folder, '.git')) }
}

function noWorkingCopy(why: string): DriftError {
  return new DriftError(
    'NO_WORKING_COPY',
    `${why}: name one with --in FOLDER, or paste the rule below \`ignore:\` in its ${REPOSITORY_FILE_NAME}`,
  )
}

/** A file that driftd would not read is not written, and one that it does not read is not made worse. */
function check({ loaded, providers }: IgnoreParts, file: string, text: string): void {
  const rules = { providers, reservedLabels: reservedLabels(loaded.config) }
  const result = parseRepositoryFile(file, text, rules)
  if (result.ok) return
  const [first] = result.problems
  throw new DriftError(
    'CONFIG_INVALID',
    `the rule was not written: ${first === undefined ? file : formatProblem(first)}`,
  )
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new DriftError('PERMISSION_DENIED', `${file} cannot be read (${error.code}): check its rights`, {
      cause: error,
    })
  })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
