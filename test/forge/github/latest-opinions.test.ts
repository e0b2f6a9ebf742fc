import { expect, it } from 'vitest'
import type { GitHubReview } from '../../../src/forge/github/github-documents.js'
import { latestOpinions } from '../../../src/forge/github/latest-opinions.js'

function review(id: number | null, state: GitHubReview['state'], commit = 'head'): GitHubReview {
  const user = id === null ? null : { id, login: `user${id}`, type: 'User' }
  return { user, state, commit_id: commit, submitted_at: '2026-11-24T10:00:00Z' }
}

it.each([
  ['an approval', [review(1, 'APPROVED')], ['1 approved']],
  ['a comment after an approval', [review(1, 'APPROVED'), review(1, 'COMMENTED')], ['1 approved']],
  [
    'a wish for changes after an approval',
    [review(1, 'APPROVED'), review(1, 'CHANGES_REQUESTED')],
    ['1 changes-requested'],
  ],
  [
    'an approval after a wish for changes',
    [review(1, 'CHANGES_REQUESTED'), review(1, 'APPROVED')],
    ['1 approved'],
  ],
  ['a dismissed approval', [review(1, 'APPROVED'), review(1, 'DISMISSED')], []],
  ['what nobody has sent yet', [review(1, 'PENDING')], []],
  ['somebody who is deleted', [review(null, 'APPROVED')], []],
  ['two people', [review(1, 'APPROVED'), review(2, 'APPROVED')], ['1 approved', '2 approved']],
])('counts %s', (_name, reviews, expected) => {
  expect(latestOpinions(reviews).map(({ user, verdict }) => `${user.id} ${verdict}`)).toEqual(expected)
})
