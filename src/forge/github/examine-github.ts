import { toDriftError } from '../../domain/errors.js'
import type { Examination } from '../../domain/examination.js'
import { examineOwnBot, examineRights, type Finding } from './examine-app.js'
import type { GitHubAccess } from './github-access.js'
import { repositorySchema, ruleSchema, viewerSchema } from './github-documents.js'
import { teamsOf } from './read-approvals.js'

/** What is looked at. */
export interface ExamineRequest {
  readonly trackedBranch: string
  readonly approvers: readonly string[]
  readonly signal: AbortSignal
}

type Look = (access: GitHubAccess, request: ExamineRequest) => Promise<readonly Finding[]>

/** Rights of the token or the app, and whether the tracked branch is protected. Never throws for what GitHub says. */
export async function examineGitHub(
  access: GitHubAccess,
  request: ExamineRequest,
): Promise<readonly Examination[]> {
  const looks: readonly Look[] = [
    ...(access.installation === undefined ? [examineToken, examineApprover] : [examineApp]),
    examineProtection,
  ]
  const found: Finding[] = []
  for (const look of looks) {
    const findings = await look(access, request).catch(tellFailure)
    // a token that is no use says so once
    found.push(...findings.filter(({ detail }) => !found.some((one) => one.detail === detail)))
  }
  return found.map((finding) => ({ what: `github ${access.repository}`, ...finding }))
}

function tellFailure(error: unknown): readonly Finding[] {
  const fix = 'check remediation.forge and what driftd may do there'
  return [{ state: 'problem', detail: toDriftError(error).message, fix }]
}

async function examineToken(access: GitHubAccess, { signal }: ExamineRequest): Promise<readonly Finding[]> {
  const api = await access.open(signal)
  const ask = { what: 'the repository', route: 'GET /repos/{owner}/{repo}', schema: repositorySchema, signal }
  const { permissions } = await api.get(ask)
  if (permissions?.admin)
    return [
      {
        state: 'warning',
        detail: 'the token may administrate the repository, and so change its protection',
        fix: 'give driftd a fine-grained token with contents: write and pull requests: write on this repository only',
      },
    ]
  if (permissions?.push === false)
    return [
      {
        state: 'problem',
        detail: 'the token may not push, so no request can be proposed',
        fix: 'give it contents: write and pull requests: write',
      },
    ]
  return [{ state: 'ok', detail: 'the token may propose requests', fix: null }]
}

/** Whoever proposes may not approve as well. */
async function examineApprover(
  access: GitHubAccess,
  { approvers, signal }: ExamineRequest,
): Promise<readonly Finding[]> {
  const api = await access.open(signal)
  const viewer = await api
    .find({ what: 'the account of the token', route: 'GET /user', schema: viewerSchema, signal })
    .catch(() => null)
  if (viewer === null) return []
  const { login } = viewer
  const as = approvers.includes(login) ? [login] : await teamsOf(login, { api, approvers, signal })
  if (as.length === 0) return []
  return [
    {
      state: 'problem',
      detail: `the token belongs to ${login}, who is an approver (${as.join(', ')}): an approval of that account never counts`,
      fix: 'give driftd an account of its own, or take it off remediation.approvals.approvers and out of those teams',
    },
  ]
}

async function examineApp(
  { installation }: GitHubAccess,
  { approvers, signal }: ExamineRequest,
): Promise<readonly Finding[]> {
  const found = await installation?.(signal)
  return found === undefined ? [] : [examineRights(found, approvers), ...examineOwnBot(found, approvers)]
}

async function examineProtection(
  access: GitHubAccess,
  { trackedBranch, signal }: ExamineRequest,
): Promise<readonly Finding[]> {
  const api = await access.open(signal)
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
    return [{ state: 'ok', detail: `${trackedBranch} takes reviewed pull requests only`, fix: null }]
  return [
    {
      state: 'warning',
      detail: `no ruleset makes ${trackedBranch} take reviewed pull requests only (classic protection cannot be read with this token); driftd counts approvals itself, but code can be pushed past them`,
      fix: `add a ruleset for ${trackedBranch} that requires a pull request, an approval, and their dismissal on push`,
    },
  ]
}
