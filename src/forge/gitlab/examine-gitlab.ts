import { toDriftError } from '../../domain/errors.js'
import type { Examination } from '../../domain/examination.js'
import type { GitLabApi } from './gitlab-api.js'
import { protectedBranchSchema, viewerSchema } from './gitlab-documents.js'
import { groupsOf } from './read-approvals.js'
import { dropsApprovals } from './read-evidence.js'

/** What is looked at. */
export interface ExamineRequest {
  readonly trackedBranch: string
  readonly approvers: readonly string[]
  readonly signal: AbortSignal
}

/** The token, the protection of the tracked branch, what becomes of approvals. Never throws for what GitLab says. */
export async function examineGitLab(
  api: GitLabApi,
  request: ExamineRequest,
): Promise<readonly Examination[]> {
  const what = `gitlab ${api.project}`
  const looks = [examineToken, examineProtection, examineApprovals].map(async (look) => {
    try {
      return { what, ...(await look(api, request)) }
    } catch (error) {
      const detail = toDriftError(error).message
      return { what, state: 'problem', detail, fix: 'check remediation.forge and its token' } as const
    }
  })
  return Promise.all(looks)
}

type Finding = Omit<Examination, 'what'>

/** Whoever proposes may not approve as well. */
async function examineToken(api: GitLabApi, { approvers, signal }: ExamineRequest): Promise<Finding> {
  const ask = { what: 'the account of the token', path: '/user', schema: viewerSchema, signal }
  const user = await api.get(ask)
  const { username } = user
  const as = approvers.includes(username) ? [username] : await groupsOf(user, { api, approvers, signal })
  if (as.length === 0) return { state: 'ok', detail: `the token belongs to ${username}`, fix: null }
  return {
    state: 'problem',
    detail: `the token belongs to ${username}, who is an approver (${as.join(', ')}): an approval of that account never counts`,
    fix: 'give driftd an account of its own, or take it off remediation.approvals.approvers and out of those groups',
  }
}

async function examineProtection(
  api: GitLabApi,
  { trackedBranch, signal }: ExamineRequest,
): Promise<Finding> {
  const found = await api.find({
    what: `the protection of ${trackedBranch}`,
    path: `protected_branches/${encodeURIComponent(trackedBranch)}`,
    schema: protectedBranchSchema,
    signal,
  })
  if (found !== null) return { state: 'ok', detail: `${trackedBranch} is protected`, fix: null }
  return {
    state: 'warning',
    detail: `${trackedBranch} is not protected: code can be pushed past every review`,
    fix: `protect ${trackedBranch} in the project's settings, with nobody allowed to push`,
  }
}

async function examineApprovals(api: GitLabApi, { signal }: ExamineRequest): Promise<Finding> {
  if (await dropsApprovals(api, signal))
    return { state: 'ok', detail: 'a push takes approvals back', fix: null }
  return {
    state: 'problem',
    detail:
      'a push does not take approvals back, or the token may not read whether it does, so none of them can count: they do not say for which commit they were',
    fix: 'turn on "Remove all approvals" when commits are added (it needs GitLab Premium), or use signed-files',
  }
}
