import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { configJsonSchemaText, providers } from '../../app.js'
import { DriftError } from '../../domain/errors.js'
import { treeOf } from '../../git/tree-of.js'
import { escapeText } from '../../lib/text/escape-text.js'
import type { Tree } from '../../scan/provider.js'
import { printOut } from '../print-out.js'
import { CONFIG_FILE, configText, SCHEMA_FILE } from './config-text.js'
import { MAKE_FILE, makeText } from './make-text.js'
import { draftStacks, type FoundStack, repositoryNameOf, type StackDraft } from './stack-drafts.js'
import { writeNewFiles } from './write-new-files.js'

/** What `driftd init` is told. */
export interface InitRequest {
  readonly cwd: string
  /** Files that exist are written over. */
  readonly isForced: boolean
}

/**
 * Finds the stacks of the repository around a folder and writes its driftd.yaml, schema and driftd.mk. Throws
 * FILE_EXISTS, NO_STACKS, PERMISSION_DENIED.
 */
export async function initRepository({ cwd, isForced }: InitRequest): Promise<void> {
  const gitRoot = findGitRoot(cwd)
  const root = gitRoot ?? resolve(cwd)
  const tree = await treeOf(root)
  const stacks = draftStacks(await discover(tree), { repository: repositoryNameOf(basename(root)) })
  if (stacks.length === 0) throw nothingFound(root)
  const origin = gitRoot === null ? null : await originOf(gitRoot)
  const repository = { name: repositoryNameOf(basename(root)), isGit: gitRoot !== null, origin }
  const texts = {
    [CONFIG_FILE]: configText(repository, stacks),
    [SCHEMA_FILE]: `${configJsonSchemaText()}\n`,
    [MAKE_FILE]: makeText(),
  }
  await writeNewFiles(root, texts, isForced)
  await printOut(await report(root, stacks, gitRoot !== null))
}

async function discover(tree: Tree): Promise<readonly FoundStack[]> {
  const found = await Promise.all(
    providers.map(async (provider) =>
      (await provider.discover(tree)).map((stack) => ({
        ...stack,
        entry: provider.entryOf?.(stack.path, stack.options) ?? stack.path,
      })),
    ),
  )
  return found.flat()
}

function findGitRoot(cwd: string): string | null {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder
    if (folder === dirname(folder)) return null
  }
}

function nothingFound(root: string): DriftError {
  const looked = providers.map(({ name }) => name).join(' and ')
  return new DriftError(
    'NO_STACKS',
    `nothing to track was found in ${root} (looked for stacks of ${looked}); nothing was written. Run it in the repository ` +
      'that holds your code, or write driftd.yaml by hand: docs/configuration.md',
  )
}

/** The URL of the remote `origin`, as .git/config has it. */
async function originOf(root: string): Promise<string | null> {
  const text = await readFile(join(root, '.git', 'config'), 'utf8').catch(() => '')
  return /^\[remote "origin"\][^[]*?^\s*url\s*=\s*(\S+)\s*$/m.exec(text)?.[1] ?? null
}

async function report(root: string, stacks: readonly StackDraft[], isGit: boolean): Promise<string> {
  const perProvider = [...new Set(stacks.map(({ provider }) => provider))]
    .map((name) => `${stacks.filter(({ provider }) => provider === name).length} ${name}`)
    .join(', ')
  const open = stacks.filter(({ hints }) => hints.length > 0).length
  const notes = open > 0 ? [`${count(open, 'stack')} with a note: look for "found" in ${CONFIG_FILE}`] : []
  const isIgnored = !isGit || (await ignoresDataFolder(root))
  const next = [
    'driftd doctor                      is everything there that a scan needs',
    'driftd scan                        what differs now',
    ...(isIgnored
      ? []
      : ["echo '/.driftd/' >> .gitignore     results and the key of their hashes stay out of Git"]),
    `include ${MAKE_FILE}                  in your Makefile: make scan, make status`,
  ]
  return [
    `wrote ${escapeText(join(root, CONFIG_FILE))}: ${count(stacks.length, 'stack')} (${perProvider})`,
    `wrote ${SCHEMA_FILE} and ${MAKE_FILE} beside it`,
    ...notes,
    '',
    'next:',
    ...next.map((line) => `  ${line}`),
  ].join('\n')
}

async function ignoresDataFolder(root: string): Promise<boolean> {
  const text = await readFile(join(root, '.gitignore'), 'utf8').catch(() => '')
  return /^\/?\.driftd\/?\s*$/m.test(text)
}

function count(amount: number, thing: string): string {
  return `${amount} ${thing}${amount === 1 ? '' : 's'}`
}
