import { expect, onTestFinished } from 'vitest'
import { gitLab } from '../../src/forge/gitlab/index.js'
import { systemClock } from '../../src/lib/clock.js'
import type { HostedForgeWorld } from '../contracts/hosted-forge-contract.js'
import { tempFolder } from '../lib/temp-folder.js'
import { findGitLabOperation, gitLabProblems } from './gitlab-description.js'
import { answerGitLab, type GitLabAsked } from './gitlab-world.js'
import { createHostedForge, type ForgeServer, type HostedForge, LISTED } from './hosted-forge.js'
import { peopleOf } from './hosted-people.js'
import { type ReceivedRequest, type Reply, startReceiver } from './http-receiver.js'

/** What it knows its visitor by. */
export const GITLAB_TOKEN = 'gitlab-canary-token'
const PAGE_SIZE = 100
const APPROVALS = 'GET /projects/:id/merge_requests/:iid/approvals'
const REVIEWERS = 'GET /projects/:id/merge_requests/:iid/reviewers'

/** GitLab on loopback, over a real remote, with people; a push takes approvals back. */
export async function createGitLabForgeWorld(): Promise<HostedForgeWorld> {
  const hosted = await createHostedForge({ dropsApprovalsOnPush: true })
  const { receiver, faults } = await startGitLabForge(hosted)
  const { history, branches } = hosted.git
  return {
    ...peopleOf(hosted),
    forge: await gitLab.create({
      options: {
        repository: 'acme/infra',
        token: { env: 'TOKEN' },
        apiUrl: receiver.origin,
        allowPrivate: true,
      },
      baseFolder: '/',
      trackedBranch: 'main',
      history,
      branches,
      approvers: LISTED,
      scratchFolder: tempFolder(),
      clock: systemClock,
      env: {},
      readSecret: async () => GITLAB_TOKEN,
    }),
    methods: ['merge', 'squash', 'rebase', 'fast-forward'],
    failReviews(reply, page) {
      const key = page === undefined ? APPROVALS : `${REVIEWERS} page ${page}`
      if (reply === null) delete faults[key]
      else faults[key] = reply
    },
    goAway: () => receiver.close(),
  }
}

/** The server of it; closed when the test ends, and then nothing may have been odd. */
export async function startGitLabForge(hosted: HostedForge): Promise<ForgeServer> {
  const faults: Record<string, Reply> = {}
  const problems: string[] = []
  const receiver = await startReceiver((request) => {
    const asked = read(request)
    if (request.headers['private-token'] !== GITLAB_TOKEN) return json(401, { message: '401 Unauthorized' })
    if (asked === null) {
      problems.push(`${request.method} ${request.path} is nothing that GitLab has`)
      return json(404, { error: '404 Not Found' })
    }
    const page = Number(asked.given.page ?? 1)
    const fault = faults[`${asked.key} page ${page}`] ?? faults[asked.key]
    if (fault !== undefined) return fault
    const own = answerGitLab(hosted, asked)
    if (own === null) return json(404, { message: '404 Not found' })
    problems.push(...gitLabProblems(asked.key, Object.keys(asked.given), own))
    const shown = Array.isArray(own) ? own.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE) : own
    return json(request.method === 'POST' ? 201 : 200, shown)
  })
  onTestFinished(async () => {
    await receiver.close()
    expect(problems).toEqual([])
  })
  return { receiver, faults }
}

/** What was asked, with everything that was given in query or body; null where there is no such call. */
function read({ method, path, body }: ReceivedRequest): GitLabAsked | null {
  const { pathname, searchParams } = new URL(path, 'http://gitlab')
  const found = findGitLabOperation(method, pathname)
  const sent = body === '' ? {} : (JSON.parse(body) as Record<string, string>)
  return found && { ...found, given: { ...Object.fromEntries(searchParams), ...sent } }
}

function json(status: number, value: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
