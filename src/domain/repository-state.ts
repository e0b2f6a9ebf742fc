import type { ErrorCode } from './errors.js'

/**
 * The tracked ref was moved to a commit that does not follow from the one before: what was approved on the old history
 * may not be carried out on the new one. Remediation rests until somebody acknowledges it; scans go on. ISO 8601, UTC.
 */
export interface RewrittenHistory {
  /** The last commit of the old history. */
  readonly from: string
  /** The commit that the ref was moved to, the latest one where it was moved several times. */
  readonly to: string
  readonly at: string
}

/** Somebody has looked at a rewritten history and says that it is as it should be. */
export interface RewriteAcknowledgement extends RewrittenHistory {
  readonly by: string
  readonly reason: string
  readonly acknowledgedAt: string
}

/** The newest commit has no signature that counts. */
export interface UnsignedTipState {
  readonly tip: string
  /** Follows "commit X". */
  readonly problem: string
  readonly since: string
}

/** The remote, or the ref on it, is not there. The message is free of secrets. */
export interface UnreachableState {
  readonly since: string
  readonly code: ErrorCode
  readonly message: string
}

/** What is known of a tracked repository, kept over restarts. */
export interface RepositoryState {
  /** What reality is compared with; null: nothing was fetched yet. */
  readonly commit: string | null
  readonly rewritten: RewrittenHistory | null
  readonly acknowledged: RewriteAcknowledgement | null
  readonly unsigned: UnsignedTipState | null
  readonly unreachable: UnreachableState | null
}

/** A repository that was never asked. */
export const UNSEEN_REPOSITORY: RepositoryState = {
  commit: null,
  rewritten: null,
  acknowledged: null,
  unsigned: null,
  unreachable: null,
}

/** What a look at the remote found. */
export type RepositorySight =
  | {
      readonly kind: 'there'
      readonly tip: string
      /** The tip, or where that is not signed as required the last one that was; null: there is none. */
      readonly commit: string | null
      /** Why the tip does not count; null: it does. */
      readonly problem: string | null
      /** The commit follows from the one before; also where there was none. */
      readonly isDescendant: boolean
    }
  | { readonly kind: 'gone'; readonly code: ErrorCode; readonly message: string }

/** What a look at a repository means. */
export type RepositoryObservation =
  | { readonly status: 'unchanged'; readonly commit: string | null }
  /** `from` is null at the first look. */
  | { readonly status: 'moved'; readonly from: string | null; readonly to: string }
  | { readonly status: 'rewritten'; readonly from: string; readonly to: string }
  | ({ readonly status: 'unreachable' } & UnreachableState)
  | ({ readonly status: 'unsigned'; readonly commit: string | null } & UnsignedTipState)

/** What a look at the remote means after what was known before, and what is known now. `at`: ISO 8601, UTC. */
export function decideRepositoryState(
  before: RepositoryState,
  sight: RepositorySight,
  at: string,
): { readonly state: RepositoryState; readonly observation: RepositoryObservation } {
  if (sight.kind === 'gone') {
    const { code, message } = sight
    const unreachable = { since: before.unreachable?.since ?? at, code, message }
    return { state: { ...before, unreachable }, observation: { status: 'unreachable', ...unreachable } }
  }
  const known = { ...before, unreachable: null }
  const { commit, tip, problem } = sight
  if (problem !== null) {
    const since = before.unsigned?.tip === tip ? before.unsigned.since : at
    const unsigned = { tip, problem, since }
    // the one before stays what the next one must follow from, also where its signature counts no longer
    const state = { ...known, commit: commit ?? before.commit, unsigned }
    return { state, observation: { status: 'unsigned', commit, ...unsigned } }
  }
  return decideMove({ ...known, unsigned: null }, sight, at)
}

function decideMove(
  known: RepositoryState,
  { tip: to, isDescendant }: Extract<RepositorySight, { kind: 'there' }>,
  at: string,
): { readonly state: RepositoryState; readonly observation: RepositoryObservation } {
  const from = known.commit
  const state = { ...known, commit: to }
  if (from === to) return { state, observation: { status: 'unchanged', commit: to } }
  if (from === null || isDescendant) return { state, observation: { status: 'moved', from, to } }
  // moved again before anybody looked: what matters is where it left the history that was trusted
  const rewritten = { from: known.rewritten?.from ?? from, to, at: known.rewritten?.at ?? at }
  return { state: { ...state, rewritten }, observation: { status: 'rewritten', from, to } }
}

/** The state once a rewritten history was acknowledged; the same where there is none. `at`: ISO 8601, UTC. */
export function acknowledgeRewrite(
  state: RepositoryState,
  { by, reason, at }: { readonly by: string; readonly reason: string; readonly at: string },
): RepositoryState {
  if (state.rewritten === null) return state
  const acknowledged = { ...state.rewritten, by, reason, acknowledgedAt: at }
  return { ...state, rewritten: null, acknowledged }
}
