import { DriftError, type ErrorCode } from '../domain/errors.js'
import {
  decideRepositoryState,
  type RepositoryObservation,
  type RepositorySight,
  type RepositoryState,
} from '../domain/repository-state.js'
import type { Clock } from '../lib/clock.js'
import type { Repository } from './repository.js'

/** One look at a repository's remote. */
export interface Look {
  /** Opens it anew, so that credentials may change. */
  open(): Promise<Repository>
  readonly clock: Clock
  readonly signal: AbortSignal
  /**
   * Acts on what was seen. Only when this is done it counts as known: after a crash in between, or where it throws, the
   * next look finds the same again.
   */
  onObservation(observation: RepositoryObservation, state: RepositoryState): Promise<void>
}

/** What says that the remote, or the ref on it, is not there; anything else is a fault of ours and thrown. */
const GONE: ReadonlySet<ErrorCode> = new Set(['REPOSITORY_UNREACHABLE', 'REF_NOT_FOUND'])

/**
 * Asks the remote of a repository whether its ref moved, fetches if so, and tells what that means. Null: it has no
 * remote. Throws what `onObservation` throws, the errors of `Repository.fetchTip` but those of a remote that is gone,
 * and what `signal` was aborted with.
 */
export async function lookAtRepository(look: Look): Promise<RepositoryObservation | null> {
  const repository = await look.open()
  if (repository.memory === null) return null
  const before = await repository.memory.read()
  const sight = await see(repository, before, look.signal)
  if (sight === null) return null
  const at = look.clock.now().toISOString()
  const { state, observation } = decideRepositoryState(before, sight, at)
  await look.onObservation(observation, state)
  // decided once more, on what is known now: somebody may have acknowledged something meanwhile
  await repository.memory.update((current) => decideRepositoryState(current, sight, at).state)
  return observation
}

async function see(
  repository: Repository,
  { commit: from }: RepositoryState,
  signal: AbortSignal,
): Promise<RepositorySight | null> {
  try {
    const found = await repository.fetchTip(signal)
    if (found === null) return null
    const isDescendant = from === null || ((await repository.history?.isAncestor(from, found.tip)) ?? false)
    return { kind: 'there', ...found, isDescendant }
  } catch (error) {
    if (!(error instanceof DriftError) || !GONE.has(error.code)) throw error
    return { kind: 'gone', code: error.code, message: error.message }
  }
}
