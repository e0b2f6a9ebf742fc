import type { Approval } from '../forge.js'
import type { GitLabApi } from './gitlab-api.js'
import {
  approvalsSchema,
  type GitLabUser,
  memberSchema,
  personSchema,
  reviewerSchema,
  versionSchema,
} from './gitlab-documents.js'

/** Who may be asked about, and as what. */
export interface ApprovalRequest {
  readonly api: GitLabApi
  readonly iid: number
  /** Of the configuration: names, or `@group/subgroup`. */
  readonly approvers: readonly string[]
  readonly signal: AbortSignal
}

/** Developer: the least that may push (GitLab's documentation, "Members API"). */
const MAY_WRITE = 30

/** Who approves a merge request now and who asks for changes, with what each may do. Throws FORGE_FAILED. */
export async function readApprovals(request: ApprovalRequest): Promise<readonly Approval[]> {
  const { api, iid, signal } = request
  const { approved_by } = await api.get({
    what: `the approvals of merge request ${iid}`,
    path: `merge_requests/${iid}/approvals`,
    schema: approvalsSchema,
    signal,
  })
  const reviewers = await api.list({
    what: `the reviewers of merge request ${iid}`,
    path: `merge_requests/${iid}/reviewers`,
    schema: reviewerSchema,
    signal,
  })
  const pushedAt = await lastPushOf(request)
  const against = reviewers.filter(({ state }) => state === 'requested_changes').map(({ user }) => user)
  const objecting = new Set(against.map(({ id }) => id))
  const approvals: Approval[] = []
  for (const { user, approved_at } of approved_by.filter(({ user }) => !objecting.has(user.id))) {
    const at = approved_at ?? null
    // GitLab kept approvals over a push in some versions and settings
    const problem = at === null || Date.parse(at) >= pushedAt ? null : 'approved before the last push'
    approvals.push({ ...(await describe(user, { request, verdict: 'approved' })), at, problem })
  }
  for (const user of against) approvals.push(await describe(user, { request, verdict: 'changes-requested' }))
  return approvals
}

/** When the newest version was pushed, in milliseconds; where none is known everything is older. */
async function lastPushOf({ api, iid, signal }: ApprovalRequest): Promise<number> {
  const versions = await api.list({
    what: `the versions of merge request ${iid}`,
    path: `merge_requests/${iid}/versions`,
    schema: versionSchema,
    signal,
  })
  if (versions.length === 0) return Number.POSITIVE_INFINITY
  return Math.max(...versions.map(({ created_at }) => Date.parse(created_at)))
}

async function describe(
  user: GitLabUser,
  of: { readonly request: ApprovalRequest; readonly verdict: Approval['verdict'] },
): Promise<Approval> {
  const { request, verdict } = of
  const { api, signal } = request
  const what = `what is known of ${user.username}`
  const person = await api.get({ what, path: `/users/${user.id}`, schema: personSchema, signal })
  return {
    identity: String(user.id),
    name: user.username,
    verdict,
    commit: null,
    at: null,
    isPerson: !person.bot,
    mayWrite: await mayWrite(user, request),
    teams: await groupsOf(user, request),
    problem: null,
  }
}

async function mayWrite(user: GitLabUser, { api, signal }: ApprovalRequest): Promise<boolean> {
  const what = `the rights of ${user.username}`
  const member = await api.find({ what, path: `members/all/${user.id}`, schema: memberSchema, signal })
  return member !== null && member.state === 'active' && member.access_level >= MAY_WRITE
}

/** The groups of the approver list that somebody is in. Throws FORGE_FAILED. */
export async function groupsOf(
  user: GitLabUser,
  { api, approvers, signal }: Omit<ApprovalRequest, 'iid'>,
): Promise<readonly string[]> {
  const groups: string[] = []
  for (const approver of approvers.filter((one) => one.startsWith('@'))) {
    const group = encodeURIComponent(approver.slice(1))
    const what = `the membership of ${user.username} in ${approver}`
    const path = `/groups/${group}/members/all/${user.id}`
    const member = await api.find({ what, path, schema: memberSchema, signal })
    if (member?.state === 'active') groups.push(approver)
  }
  return groups
}
