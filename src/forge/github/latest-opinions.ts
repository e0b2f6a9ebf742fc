import type { GitHubReview, GitHubUser } from './github-documents.js'

/** The latest word of one person. */
export interface Opinion {
  readonly user: GitHubUser
  readonly verdict: 'approved' | 'changes-requested'
  readonly commit: string | null
  readonly at: string | null
}

/**
 * The latest opinion of each person, of reviews in the order of their time. A comment takes nothing back; a dismissed review
 * is the same review without its force; somebody who is deleted has no word (facts/remediation-gate.md, 1.2).
 */
export function latestOpinions(reviews: readonly GitHubReview[]): readonly Opinion[] {
  const latest = new Map<number, GitHubReview>()
  for (const review of reviews) {
    if (review.user === null || review.state === 'COMMENTED' || review.state === 'PENDING') continue
    latest.set(review.user.id, review)
  }
  return [...latest.values()].flatMap(({ user, state, commit_id, submitted_at }): readonly Opinion[] => {
    if (user === null || state === 'DISMISSED') return []
    const verdict = state === 'APPROVED' ? 'approved' : 'changes-requested'
    return [{ user, verdict, commit: commit_id ?? null, at: submitted_at ?? null }]
  })
}
