import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ResolvedRepository } from '../config/resolve-stacks.js'
import type { Stack } from '../domain/stack.js'
import type { InputsByStack, StackInputs } from '../domain/touched-stacks.js'
import { compilePathGlobs } from '../lib/path-glob.js'
import { listInputFiles } from '../scan/list-input-files.js'
import type { Provider, Tree } from '../scan/provider.js'
import { rememberTexts } from '../scan/remember-texts.js'

/** So many stacks are looked at before others get their turn: about 20 ms. */
const STACKS_PER_TURN = 20

/** What the inputs of stacks are read from. */
export interface StackInputsRequest {
  readonly resolved: ResolvedRepository
  readonly tree: Tree
  readonly providers: readonly Provider[]
  /** The files of a stack where they are known to be the same as before; default: none are. */
  knownFiles?(stack: string): readonly string[] | null
}

/** What every stack of a repository is made of at one commit. A stack whose code nobody can read depends on every file. */
export async function readStackInputs(request: StackInputsRequest): Promise<InputsByStack> {
  const { tree, providers, knownFiles = () => null } = request
  const { stacks, ignore } = request.resolved
  const remembering = rememberTexts(tree)
  const rules = ignore.map((rule) => ({ text: JSON.stringify(rule), speaksOf: ruleScope(rule.match.stack) }))
  const inputs = new Map<string, StackInputs>()
  for (const { stack, settings, localName } of stacks) {
    if (inputs.size % STACKS_PER_TURN === 0) await nextTurn()
    const files = knownFiles(stack.name) ?? (await listFiles(stack, remembering, providers))
    const own = rules.filter(({ speaksOf }) => speaksOf(localName)).map(({ text }) => text)
    const text = JSON.stringify([stack, settings, own])
    inputs.set(stack.name, { files, settings: text })
  }
  return inputs
}

async function listFiles(
  stack: Stack,
  tree: Tree,
  providers: readonly Provider[],
): Promise<readonly string[]> {
  const provider = providers.find(({ name }) => name === stack.provider)
  if (provider === undefined) return tree.files
  return listInputFiles(provider, stack, tree).catch(() => tree.files)
}

function ruleScope(globs: string | readonly string[] | undefined): (name: string) => boolean {
  return globs === undefined ? () => true : compilePathGlobs([globs].flat())
}
