import type { Forge, ForgeProposal } from '../../src/forge/forge.js'

/** How a pull request is merged. */
export type MergeMethod = 'merge' | 'squash' | 'rebase' | 'fast-forward'

/** A forge with a repository, people and a way to do what people do there. */
export interface ForgeWorld {
  readonly forge: Forge
  /** Ways to merge that this forge knows. */
  readonly methods: readonly MergeMethod[]
  /** Two people who may approve. */
  readonly approvers: readonly [string, string]
  /** A new proposal at the newest commit of the tracked branch. */
  buildProposal(): ForgeProposal
  approve(proposal: ForgeProposal, person: string): Promise<void>
  /** Somebody adds a file to the proposal's branch. */
  pushToBranch(proposal: ForgeProposal, files: Readonly<Record<string, string>>): Promise<void>
  /** Somebody updates the proposal's branch from the tracked one, which has moved on. */
  updateFromBase(proposal: ForgeProposal): Promise<void>
  /** Merges it; returns the new tip of the tracked branch, in the mirror. */
  merge(proposal: ForgeProposal, method: MergeMethod): Promise<string>
  closeUnmerged(proposal: ForgeProposal): Promise<void>
  /** Commits to the tracked branch; null removes a file. Returns the new tip, in the mirror. */
  commitToBase(files: Readonly<Record<string, string | null>>): Promise<string>
  /** From now on nobody answers. */
  goAway(): Promise<void>
}
