import { toDriftError } from '../../domain/errors.js'
import type { Examination } from '../../domain/examination.js'
import type { GitHubApi } from './github-api.js'
import { repositorySchema, ruleSchema, viewerSchema } from './github-documents.js'

/** What is looked at. */
export interface ExamineRequest {
  readonly trackedBranch: string
  readonly approvers: readonly string[]
  readonly signal: AbortSignal
}

/** Rights of the token, and whether the tracked branch is protected. Never throws for what GitHub says. */
export async function examineGitHub(
  api: GitHubApi,
  request: ExamineRequest,
): Promise<readonly Examination[]> {
  const what = `github ${api.owner}/${api.repo}`
  const looks = [examineToken, examineApprover, examineProtection].map(async (look) => {
    try {
      return await look(api, request, what)
    } catch (error) {
      const { message } = toDriftError(error)
      return {
        what,
        state: 'problem',
        detail: message,
        fix: 'check remediation.forge and its token',
      } as const
    }
  })
  return (await Promise.all(looks)).filter((one) => one !== null)
}

async function examineToken(api: GitHubApi, { signal }: ExamineRequest, what: string): Promise<Examination> {
  const asked = {
    what: 'the repository',
    route: 'GET /repos/{owner}/{repo}',
    schema: repositorySchema,
    signal,
  }
  const { permissions } = await api.get(asked)
  if (permissions?.admin)
    return {
      what,
      state: 'warning',
      detail: 'the token may administrate the repository, and so change its protection',
      fix: 'give driftd a fine-grained token with contents: write and pull requests: write on this repository only',
    }
  if (permissions?.push === false)
    return {
      what,
      state: 'problem',
      detail: 'the token may not push, so no request can be proposed',
      fix: 'give it contents: write and pull requests: write',
    }
  return { what, state: 'ok', detail: 'the token may propose requests', fix: null }
}

/** Whoever proposes may not approve as well. */
async function examineApprover(
  api: GitHubApi,
  { approvers, signal }: ExamineRequest,
  what: string,
): Promise<Examination | null> {
  const viewer = await api
    .find({ what: 'the account of the token', route: 'GET /user', schema: viewerSchema, signal })
    .catch(() => null)
  if (viewer === null || !approvers.includes(viewer.login)) return null
  return {
    what,
    state: 'problem',
    detail: `the token belongs to ${viewer.login}, who is an approver: an approval of that account never counts`,
    fix: 'give driftd an account of its own, or take it off remediation.approvals.approvers',
  }
}

async function examineProtection(
  api: GitHubApi,
  { trackedBranch, signal }: ExamineRequest,
  what: string,
): Promise<Examination> {
  const rules = await api.list({
    what: `the rules of the branch ${trackedBranch}`,
    route: 'GET /repos/{owner}/{repo}/rules/branches/{branch}',
    parameters: { branch: trackedBranch },
    schema: ruleSchema,
    signal,
  })
  const review = rules.find(({ type }) => type === 'pull_request')
  const isProtected = (review?.parameters?.required_approving_review_count ?? 0) > 0
  if (isProtected)
    return { what, state: 'ok', detail: `${trackedBranch} takes reviewed pull requests only`, fix: null }
  return {
    what,
    state: 'warning',
    detail: `no ruleset makes ${trackedBranch} take reviewed pull requests only (classic protection cannot be read with this token); driftd counts approvals itself, but code can be pushed past them`,
    fix: `add a ruleset for ${trackedBranch} that requires a pull request, an approval, and their dismissal on push`,
  }
}
