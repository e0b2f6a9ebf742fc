import { z } from 'zod'

/** What is used of GitLab's answers (its REST API v4). Ids are immutable, names are not. */

const userSchema = z.object({ id: z.int(), username: z.string() })
export type GitLabUser = z.output<typeof userSchema>

export const viewerSchema = userSchema

export const personSchema = z.object({ id: z.int(), bot: z.boolean().default(false) })

export const projectSchema = z.object({ id: z.int() })

/** `sha` is the head. */
export const mergeRequestSchema = z.object({
  id: z.int(),
  iid: z.int(),
  web_url: z.string(),
  state: z.enum(['opened', 'closed', 'locked', 'merged']),
  merged_at: z.string().nullish(),
  author: userSchema.nullable(),
  source_project_id: z.int().nullable(),
  target_project_id: z.int(),
  target_branch: z.string(),
  sha: z.string(),
})
export type GitLabMergeRequest = z.output<typeof mergeRequestSchema>

/** An approval says neither the commit it was given for nor, before GitLab 17, when. */
export const approvalsSchema = z.object({
  approved_by: z.array(z.object({ user: userSchema, approved_at: z.string().nullish() })),
})

/** What the project does with approvals; of paid editions. */
export const approvalRulesSchema = z.object({
  reset_approvals_on_push: z.boolean(),
  merge_requests_author_approval: z.boolean().nullish(),
  merge_requests_disable_committers_approval: z.boolean().nullish(),
})

export const reviewerSchema = z.object({ user: userSchema, state: z.string() })

/** What was pushed, newest first. */
export const versionSchema = z.object({ created_at: z.string() })

export const memberSchema = z.object({
  id: z.int(),
  access_level: z.int(),
  state: z.string().default('active'),
})

export const commitSchema = z.object({ id: z.string(), parent_ids: z.array(z.string()).default([]) })
export type GitLabCommit = z.output<typeof commitSchema>

export const diffSchema = z.object({
  old_path: z.string(),
  new_path: z.string(),
  new_file: z.boolean(),
  renamed_file: z.boolean(),
  deleted_file: z.boolean(),
})

export const fileSchema = z.object({ blob_id: z.string() })

export const noteSchema = z.object({ id: z.int(), body: z.string() })

export const protectedBranchSchema = z.object({ name: z.string() })
