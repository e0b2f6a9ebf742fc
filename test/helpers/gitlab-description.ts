import { z } from 'zod'

/**
 * What GitLab's documentation (docs.gitlab.com/api, version 18) says of the calls that driftd makes: which parameters there
 * are, and of an answer the fields, by the names and types that its samples have. It publishes no complete description that
 * a program could read.
 */
interface Operation {
  /** Of query or body. */
  readonly parameters: readonly string[]
  readonly answer: z.ZodType
}

const PAGING = ['page', 'per_page']
const text = z.string()
const at = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/)
const sha = z.string().regex(/^[0-9a-f]{40}$/)

const user = z.strictObject({
  id: z.int(),
  username: text,
  name: text,
  state: z.enum(['active', 'blocked']),
  avatar_url: text.nullable(),
  web_url: text,
})
const mergeRequest = z.strictObject({
  id: z.int(),
  iid: z.int(),
  project_id: z.int(),
  title: text,
  description: text.nullable(),
  state: z.enum(['opened', 'closed', 'locked', 'merged']),
  created_at: at,
  merged_at: at.nullable(),
  target_branch: text,
  source_branch: text,
  author: user,
  source_project_id: z.int().nullable(),
  target_project_id: z.int(),
  sha,
  merge_commit_sha: sha.nullable(),
  squash_commit_sha: sha.nullable(),
  web_url: text,
})
const member = user.extend({ access_level: z.int(), expires_at: text.nullable() })
const note = z.strictObject({
  id: z.int(),
  body: text,
  author: user,
  created_at: at,
  system: z.boolean(),
  noteable_id: z.int(),
  noteable_type: z.literal('MergeRequest'),
  noteable_iid: z.int(),
})
const commit = z.strictObject({
  id: sha,
  short_id: text,
  title: text,
  author_name: text,
  author_email: text,
  created_at: at,
  parent_ids: z.array(sha),
})
const diff = z.strictObject({
  old_path: text,
  new_path: text,
  a_mode: text,
  b_mode: text,
  diff: text,
  new_file: z.boolean(),
  renamed_file: z.boolean(),
  deleted_file: z.boolean(),
})
const version = z.strictObject({
  id: z.int(),
  head_commit_sha: sha,
  base_commit_sha: sha,
  start_commit_sha: sha,
  created_at: at,
  merge_request_id: z.int(),
  state: z.literal('collected'),
  real_size: text,
})
const rules = z.strictObject({
  approvals_before_merge: z.int(),
  reset_approvals_on_push: z.boolean(),
  selective_code_owner_removals: z.boolean(),
  disable_overriding_approvers_per_merge_request: z.boolean(),
  merge_requests_author_approval: z.boolean(),
  merge_requests_disable_committers_approval: z.boolean(),
})
const approvals = z.strictObject({
  id: z.int(),
  iid: z.int(),
  project_id: z.int(),
  approvals_required: z.int(),
  approvals_left: z.int(),
  approved_by: z.array(z.strictObject({ user, approved_at: at })),
})
const reviewer = z.strictObject({
  user,
  state: z.enum(['unreviewed', 'reviewed', 'requested_changes', 'approved', 'unapproved', 'review_started']),
  created_at: at,
})

const MR = '/projects/:id/merge_requests/:iid'

/** By method and path as the documentation writes them. */
export const GITLAB_OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /user': { parameters: [], answer: user },
  'GET /users/:user': { parameters: [], answer: user.extend({ bot: z.boolean() }) },
  'GET /projects/:id': { parameters: [], answer: z.strictObject({ id: z.int(), path_with_namespace: text }) },
  'GET /projects/:id/approvals': { parameters: [], answer: rules },
  'GET /projects/:id/members/all/:user': { parameters: [], answer: member },
  'GET /projects/:id/repository/commits/:sha/merge_requests': {
    parameters: ['state', ...PAGING],
    answer: mergeRequest,
  },
  'GET /projects/:id/repository/files/:path': {
    parameters: ['ref'],
    answer: z.strictObject({ file_name: text, file_path: text, ref: text, blob_id: sha, commit_id: sha }),
  },
  'GET /projects/:id/merge_requests': {
    parameters: ['source_branch', 'target_branch', 'state', ...PAGING],
    answer: mergeRequest,
  },
  'POST /projects/:id/merge_requests': {
    parameters: ['source_branch', 'target_branch', 'title', 'description', 'remove_source_branch'],
    answer: mergeRequest,
  },
  [`GET ${MR}`]: { parameters: [], answer: mergeRequest },
  [`PUT ${MR}`]: { parameters: ['state_event'], answer: mergeRequest },
  [`GET ${MR}/approvals`]: { parameters: [], answer: approvals },
  [`GET ${MR}/reviewers`]: { parameters: PAGING, answer: reviewer },
  [`GET ${MR}/commits`]: { parameters: PAGING, answer: commit },
  [`GET ${MR}/diffs`]: { parameters: PAGING, answer: diff },
  [`GET ${MR}/versions`]: { parameters: PAGING, answer: version },
  [`GET ${MR}/notes`]: { parameters: ['sort', 'order_by', ...PAGING], answer: note },
  [`POST ${MR}/notes`]: { parameters: ['body'], answer: note },
  [`PUT ${MR}/notes/:note`]: { parameters: ['body'], answer: note },
}

/** The operation of a request and the parts of its path, decoded; null where GitLab has none that driftd uses. */
export function findGitLabOperation(
  method: string,
  pathname: string,
): { readonly key: string; readonly parts: Readonly<Record<string, string>> } | null {
  const given = pathname.split('/')
  for (const key of Object.keys(GITLAB_OPERATIONS)) {
    const [of, path = ''] = key.split(' ')
    const wanted = path.split('/')
    if (of !== method || wanted.length !== given.length) continue
    if (!wanted.every((part, index) => part.startsWith(':') || part === given[index])) continue
    const named = wanted.flatMap((part, index) =>
      part.startsWith(':') ? [[part.slice(1), decodeURIComponent(given[index] ?? '')]] : [],
    )
    return { key, parts: Object.fromEntries(named) }
  }
  return null
}

/** What of a request or of its answer is not as documented; of a list, of any of its elements. */
export function gitLabProblems(key: string, names: readonly string[], answer: unknown): readonly string[] {
  const operation = GITLAB_OPERATIONS[key]
  if (operation === undefined) return [`${key} is nothing that GitLab has`]
  const stray = names.filter((name) => !operation.parameters.includes(name))
  const wrong = [answer].flat().flatMap((one) => operation.answer.safeParse(one).error?.issues ?? [])
  return [
    ...stray.map((name) => `${key} does not know ${name}`),
    ...wrong.map(({ path, message }) => `${key} answer, ${path.join('.')}: ${message}`),
  ]
}
