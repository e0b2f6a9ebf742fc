import { z } from 'zod'
import { DriftError } from '../../domain/errors.js'
import type { PullRequest } from '../../domain/request.js'
import { createHttpClient } from '../../lib/http.js'
import { secretSchema } from '../../lib/schema/setting.js'
import type { Forge, ForgeProposal, PullRequestView } from '../forge.js'
import type { ForgeParts, ForgePlugin } from '../forge-plugin.js'
import { examineGitLab } from './examine-gitlab.js'
import { createGitLabApi, type GitLabApi } from './gitlab-api.js'
import { type GitLabMergeRequest, mergeRequestSchema, noteSchema, viewerSchema } from './gitlab-documents.js'
import { readApprovals } from './read-approvals.js'
import { idOf, readEvidence } from './read-evidence.js'

const optionsShape = {
  repository: z.string().regex(/^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)+$/, { error: 'must be GROUP/PROJECT' }),
  token: secretSchema,
  apiUrl: z
    .url({ protocol: /^https?$/, error: 'must be an https URL' })
    .optional()
    .describe('Base URL of the API of an own installation, such as https://HOST/api/v4'),
  allowPrivate: z.boolean().default(false).describe('true: http and private addresses are allowed'),
}
type Options = z.output<z.ZodObject<typeof optionsShape>>

const PUBLIC_API = 'https://gitlab.com/api/v4'

/**
 * GitLab, by a token with the scope `api`. Approvals of GitLab carry no commit: they count only in a project that takes them
 * back when somebody pushes (docs/remediation.md).
 */
export const gitLab: ForgePlugin = {
  type: 'gitlab',
  optionsShape,
  async create(parts) {
    const { repository: project, token, apiUrl = PUBLIC_API, allowPrivate } = parts.options as Options
    const http = createHttpClient({ env: parts.env })
    // the token is read for each use: one that was rotated works without a restart
    const open = async (): Promise<GitLabApi> =>
      createGitLabApi({
        project,
        token: await parts.readSecret(token),
        apiUrl,
        http,
        allowPrivate,
        clock: parts.clock,
      })
    return createGitLab(open, parts)
  },
}

function createGitLab(open: () => Promise<GitLabApi>, parts: ForgeParts): Forge {
  const { approvers, branches, history } = parts
  return {
    type: gitLab.type,
    async propose(proposal, signal) {
      const { branch, path, content, baseCommit, createdAt: at, title } = proposal
      const request = { branch, baseCommit, files: [{ path, content }], message: title, at }
      const pushedCommit = await branches.push(request, signal)
      return openMergeRequest(await open(), { proposal, pushedCommit, signal })
    },
    approvalSteps: ({ branch, baseBranch }) => [
      `Approve the merge request of \`${branch}\`, then merge it into \`${baseBranch}\` by any method.`,
    ],
    async stateOf({ pullRequest }, signal) {
      const api = await open()
      const found = await mergeRequestOf(pullRequest, api, signal)
      if (found === null) return { state: 'missing', headCommit: null, approvals: [] }
      const approvals = await readApprovals({ api, iid: found.iid, approvers, signal })
      return { state: STATES[found.state], headCommit: found.sha, approvals }
    },
    async evidence(merged, signal) {
      const api = await open()
      const ask = { what: 'the account of the token', path: '/user', schema: viewerSchema, signal }
      const { id: ownId } = await api.get(ask)
      return readEvidence(merged, { api, history, approvers, ownId, signal })
    },
    async comment(pullRequest, marker, text, signal) {
      await writeNote(await open(), { iid: iidOf(pullRequest), marker, text, signal })
    },
    async close(pullRequest, reason, signal) {
      const api = await open()
      const iid = iidOf(pullRequest)
      const found = await mergeRequestOf(pullRequest, api, signal)
      if (found?.state !== 'opened') return
      await writeNote(api, { iid, marker: 'closed', text: reason, signal })
      await api.get({
        what: `closing merge request ${iid}`,
        method: 'PUT',
        path: `merge_requests/${iid}`,
        body: { state_event: 'close' },
        schema: mergeRequestSchema,
        signal,
      })
    },
    examine: async (signal) => examineGitLab(await open(), { ...parts, signal }),
  }
}

/** `locked` is a merge that is under way. */
const STATES: Readonly<Record<GitLabMergeRequest['state'], PullRequestView['state']>> = {
  opened: 'open',
  locked: 'open',
  closed: 'closed',
  merged: 'merged',
}

/** The one merge request of the branch, whatever its state; made where there is none. */
async function openMergeRequest(
  api: GitLabApi,
  of: { readonly proposal: ForgeProposal; readonly pushedCommit: string; readonly signal: AbortSignal },
): Promise<PullRequest> {
  const { proposal, pushedCommit, signal } = of
  const { branch, baseBranch, title, body } = proposal
  const all = await api.list({
    what: `the merge requests of the branch ${branch}`,
    path: 'merge_requests',
    query: { source_branch: branch, state: 'all' },
    schema: mergeRequestSchema,
    signal,
  })
  // a fork may have a branch of the same name
  const known = all.find((one) => one.source_project_id === one.target_project_id)
  const found =
    known ??
    (await api.get({
      what: `opening a merge request for the branch ${branch}`,
      method: 'POST',
      path: 'merge_requests',
      body: { source_branch: branch, target_branch: baseBranch, title, description: body },
      schema: mergeRequestSchema,
      signal,
    }))
  return { id: idOf(found), url: found.web_url, pushedCommit }
}

async function mergeRequestOf(
  pullRequest: PullRequest,
  api: GitLabApi,
  signal: AbortSignal,
): Promise<GitLabMergeRequest | null> {
  const iid = iidOf(pullRequest)
  const ask = {
    what: `merge request ${iid}`,
    path: `merge_requests/${iid}`,
    schema: mergeRequestSchema,
    signal,
  }
  const found = await api.find(ask)
  if (found === null || idOf(found) === pullRequest.id) return found
  throw new DriftError(
    'FORGE_FAILED',
    `merge request ${iid} is not the one that was opened: was the project made anew?`,
  )
}

function iidOf({ id }: PullRequest): number {
  return Number(id.split(':')[0])
}

async function writeNote(
  api: GitLabApi,
  note: {
    readonly iid: number
    readonly marker: string
    readonly text: string
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { iid, marker, text, signal } = note
  const hidden = `<!-- driftd:${marker} -->`
  const path = `merge_requests/${iid}/notes`
  const asked = { what: `the notes of merge request ${iid}`, schema: noteSchema, signal }
  const known = (await api.list({ ...asked, path })).find(({ body }) => body.startsWith(hidden))
  const body = { body: `${hidden}\n${text}` }
  if (known === undefined) await api.get({ ...asked, method: 'POST', path, body })
  else await api.get({ ...asked, method: 'PUT', path: `${path}/${known.id}`, body })
}
