import type { Approval } from '../forge.js'
import type { GitHubApi } from './github-api.js'
import { membershipSchema, permissionSchema, reviewSchema } from './github-documents.js'
import { latestOpinions, type Opinion } from './latest-opinions.js'

/** Who may be asked about, and as what. */
export interface ApprovalRequest {
  readonly api: GitHubApi
  readonly number: number
  /** Of the configuration: names, or `@organisation/team`. */
  readonly approvers: readonly string[]
  readonly signal: AbortSignal
}

/** The latest word of everybody on a pull request, with what each may do now. Throws FORGE_FAILED. */
export async function readApprovals(request: ApprovalRequest): Promise<readonly Approval[]> {
  const { api, number, signal } = request
  const reviews = await api.list({
    what: `the reviews of pull request ${number}`,
    route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    parameters: { pull_number: number },
    schema: reviewSchema,
    signal,
  })
  const approvals: Approval[] = []
  for (const opinion of latestOpinions(reviews)) approvals.push(await toApproval(opinion, request))
  return approvals
}

async function toApproval(opinion: Opinion, request: ApprovalRequest): Promise<Approval> {
  const { user, verdict, commit, at } = opinion
  return {
    identity: String(user.id),
    name: user.login,
    verdict,
    commit,
    at,
    isPerson: user.type === 'User',
    mayWrite: await mayWrite(opinion, request),
    teams: await teamsOf(user.login, request),
    problem: null,
  }
}

/** Anybody who can read may review; only who can write counts. A name that passed to somebody else is not theirs. */
async function mayWrite({ user }: Opinion, { api, signal }: ApprovalRequest): Promise<boolean> {
  const found = await api.find({
    what: `the rights of ${user.login}`,
    route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
    parameters: { username: user.login },
    schema: permissionSchema,
    signal,
  })
  return found?.user?.id === user.id && (found.permission === 'admin' || found.permission === 'write')
}

/** The teams of the approver list that somebody is in. Throws FORGE_FAILED. */
export async function teamsOf(
  username: string,
  { api, approvers, signal }: Omit<ApprovalRequest, 'number'>,
): Promise<readonly string[]> {
  const teams: string[] = []
  for (const approver of approvers) {
    const [, org, team_slug] = /^@([^/]+)\/(.+)$/.exec(approver) ?? []
    if (org === undefined) continue
    const found = await api.find({
      what: `the membership of ${username} in ${approver}`,
      route: 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}',
      parameters: { org, team_slug, username },
      schema: membershipSchema,
      signal,
    })
    if (found?.state === 'active') teams.push(approver)
  }
  return teams
}
