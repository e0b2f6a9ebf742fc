import { z } from 'zod'

/** What is used of GitHub's answers (its REST description, version 2022-11-28). Ids are immutable, names are not. */

const userSchema = z.object({ id: z.int(), login: z.string(), type: z.string() })
export type GitHubUser = z.output<typeof userSchema>

/** Whoever asks. */
export const viewerSchema = userSchema

/** Of an app; `suspended_at` is null while it works. */
export const installationSchema = z.object({
  app_slug: z.string(),
  permissions: z.record(z.string(), z.string()),
  suspended_at: z.string().nullable(),
})

export const installationTokenSchema = z.object({ token: z.string().min(1), expires_at: z.iso.datetime() })

export const repositorySchema = z.object({
  id: z.int(),
  default_branch: z.string(),
  permissions: z.object({ admin: z.boolean(), push: z.boolean() }).partial().optional(),
})

/** `user` and `head.repo` are null once they are deleted. */
export const pullRequestSchema = z.object({
  id: z.int(),
  number: z.int(),
  html_url: z.string(),
  state: z.enum(['open', 'closed']),
  merged_at: z.string().nullable(),
  user: userSchema.nullable(),
  base: z.object({ ref: z.string(), repo: z.object({ id: z.int() }) }),
  head: z.object({ sha: z.string(), ref: z.string(), repo: z.object({ id: z.int() }).nullable() }),
})
export type GitHubPullRequest = z.output<typeof pullRequestSchema>

export const reviewSchema = z.object({
  user: userSchema.nullable(),
  state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING']),
  commit_id: z.string().nullish(),
  submitted_at: z.string().nullish(),
})
export type GitHubReview = z.output<typeof reviewSchema>

export const fileSchema = z.object({
  filename: z.string(),
  status: z.enum(['added', 'removed', 'modified', 'renamed', 'copied', 'changed', 'unchanged']),
})

/** Author and committer are null where their address belongs to no account. */
export const commitSchema = z.object({
  sha: z.string(),
  author: z.object({ id: z.int().optional() }).nullable(),
  committer: z.object({ id: z.int().optional() }).nullable(),
  parents: z.array(z.object({ sha: z.string() })),
})
export type GitHubCommit = z.output<typeof commitSchema>

export const contentSchema = z.object({ type: z.string(), sha: z.string() })

export const permissionSchema = z.object({ permission: z.string(), user: userSchema.nullable() })

export const membershipSchema = z.object({ state: z.string() })

export const activitySchema = z.object({ after: z.string(), actor: z.object({ id: z.int() }).nullable() })

export const commentSchema = z.object({ id: z.int(), body: z.string().nullish() })

export const ruleSchema = z.object({
  type: z.string(),
  parameters: z
    .object({
      required_approving_review_count: z.int().optional(),
      dismiss_stale_reviews_on_push: z.boolean().optional(),
    })
    .optional(),
})

/** `reviewDecision` is null where no rule asks for reviews (facts: null is not a yes, and no objection either). */
export const decisionSchema = z.object({
  data: z.object({
    repository: z.object({
      pullRequest: z.object({
        reviewDecision: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'REVIEW_REQUIRED']).nullable(),
      }),
    }),
  }),
})
