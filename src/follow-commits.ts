import { resolveStacks } from './config/resolve-stacks.js'
import { DriftError } from './domain/errors.js'
import { decideTouched, type InputsByStack } from './domain/touched-stacks.js'
import type { History } from './git/history.js'
import { treeOf } from './git/tree-of.js'
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
      const after = await readStackInputs(opened.resolved, opened.tree, parts.providers)
      const before = from === null ? null : await inputsAt(from, signal)
      last = { commit: opened.commit, inputs: after }
      const changedFiles = await changedBetween(opened.history, from, opened.commit)
      return decideTouched({ changedFiles, before, after })
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
    return await readStackInputs(await resolveStacks({ ...parts, tree }), tree, parts.providers)
  } finally {
    await checkout.release()
  }
}

async function changedBetween(
  history: History | null,
  from: string | null,
  to: string | null,
): Promise<readonly string[] | null> {
  if (history === null || from === null || to === null) return null
  try {
    return (await history.changedFiles(from, to)).map(({ path }) => path)
  } catch (error) {
    if (error instanceof DriftError && error.code === 'HISTORY_UNREADABLE') return null
    throw error
  }
}
