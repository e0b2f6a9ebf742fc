import { resolveStacks } from '../config/resolve-stacks.js'
import { DriftError } from '../domain/errors.js'
import { decideTouched, type InputsByStack, unchangedFiles } from '../domain/touched-stacks.js'
import type { ChangedFile, History } from '../git/history.js'
import { treeOf } from '../git/tree-of.js'
import { openConfiguredRepository } from './open-configured-repository.js'
import { readStackInputs } from './stack-inputs.js'
import type { TrackedRepository, TrackedRepositoryParts } from './tracked-repository.js'

/** Tells what the commits of one repository touch. */
export interface CommitFollower {
  /**
   * The names of the stacks that must be scanned since the repository went from a commit (null: none was seen) to the one
   * it is opened at. All of them where it cannot be told. Throws what `signal` was aborted with.
   */
  touched(opened: TrackedRepository, from: string | null, signal: AbortSignal): Promise<readonly string[]>
}

/** Remembers what the stacks of the last commit are made of, so that each commit is read once. */
export function createCommitFollower(parts: TrackedRepositoryParts): CommitFollower {
  let last: { readonly commit: string | null; readonly inputs: InputsByStack } | null = null

  async function inputsAt(commit: string, signal: AbortSignal): Promise<InputsByStack | null> {
    if (last?.commit === commit) return last.inputs
    try {
      return await readInputsAt(parts, commit, signal)
    } catch {
      signal.throwIfAborted()
      return null
    }
  }

  return {
    async touched(opened, from, signal) {
      const { resolved, tree, history, commit } = opened
      const before = from === null ? null : await inputsAt(from, signal)
      const changes = await changedBetween(history, from, commit)
      const after = await readStackInputs({
        resolved,
        tree,
        providers: parts.providers,
        knownFiles: (stack) => unchangedFiles(stack, changes, before),
      })
      last = { commit, inputs: after }
      return decideTouched({ changedFiles: changes?.map(({ path }) => path) ?? null, before, after })
    },
  }
}

/** After a restart: the earlier commit is still in the mirror. */
async function readInputsAt(
  parts: TrackedRepositoryParts,
  commit: string,
  signal: AbortSignal,
): Promise<InputsByStack> {
  const git = await openConfiguredRepository(parts)
  const checkout = await git.checkout({ commit, signal })
  try {
    const tree = await treeOf(checkout.root)
    const resolved = await resolveStacks({ ...parts, tree })
    return await readStackInputs({ resolved, tree, providers: parts.providers })
  } finally {
    await checkout.release()
  }
}

async function changedBetween(
  history: History | null,
  from: string | null,
  to: string | null,
): Promise<readonly ChangedFile[] | null> {
  if (history === null || from === null || to === null) return null
  try {
    return await history.changedFiles(from, to)
  } catch (error) {
    if (error instanceof DriftError && error.code === 'HISTORY_UNREADABLE') return null
    throw error
  }
}
