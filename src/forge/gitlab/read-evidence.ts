import { DriftError } from '../../domain/errors.js'
import type { History } from '../../git/history.js'
import { TOO_MUCH } from '../answer-advice.js'
import type { ForgeEvidence, MergedPullRequest, MergedRequest } from '../forge.js'
import { isTrustedHead } from '../trusted-head.js'
import type { GitLabApi } from './gitlab-api.js'
import {
  approvalRulesSchema,
  commitSchema,
  diffSchema,
  fileSchema,
  type GitLabMergeRequest,
  mergeRequestSchema,
  projectSchema,
} from './gitlab-documents.js'
import { readApprovals } from './read-approvals.js'

/** What evidence is gathered with. */
export interface EvidenceRequest {
  readonly api: GitLabApi
  readonly history: History
  readonly approvers: readonly string[]
  /** The account that the token belongs to. */
  readonly ownId: number
  readonly signal: AbortSignal
}

/** A file that was added is touched by its merge and its commit, perhaps by a revert and another: more is no request. */
const MAX_COMMITS_OF_FILE = 20

/** How a request's file came to the tracked branch, from every page of everything. Throws FORGE_FAILED: that means no. */
export async function readEvidence(merged: MergedRequest, request: EvidenceRequest): Promise<ForgeEvidence> {
  const { api, history, signal } = request
  const commits = await history.commitsBetween(merged.baseCommit, merged.tip)
  const touching = commits.filter(({ files }) => files.some(({ path }) => path === merged.path))
  if (touching.length > MAX_COMMITS_OF_FILE)
    throw new DriftError(
      'FORGE_FAILED',
      `${touching.length} commits touch ${merged.path}, and a request has one: ${TOO_MUCH}`,
    )
  const found = new Map<number, GitLabMergeRequest>()
  for (const { id } of touching) {
    const what = `the merge requests of commit ${id}`
    const path = `repository/commits/${id}/merge_requests`
    for (const one of await api.list({ what, path, schema: mergeRequestSchema, signal }))
      found.set(one.id, one)
  }
  const project = await api.get({ what: 'the project', path: '', schema: projectSchema, signal })
  const pullRequests: MergedPullRequest[] = []
  for (const one of [...found.values()].filter(({ state }) => state === 'merged'))
    pullRequests.push(await describe(one, { ...request, merged, projectId: project.id }))
  return { pullRequests }
}

interface Context extends EvidenceRequest {
  readonly merged: MergedRequest
  readonly projectId: number
}

async function describe(found: GitLabMergeRequest, context: Context): Promise<MergedPullRequest> {
  const { api, approvers, merged, projectId, signal, ownId } = context
  const { iid, sha } = found
  const what = `the commits of merge request ${iid}`
  const commits = await api.list({
    what,
    path: `merge_requests/${iid}/commits`,
    schema: commitSchema,
    signal,
  })
  const known = commits.map(({ id, parent_ids }) => ({ id, parents: parent_ids }))
  const { pushedCommit } = merged.pullRequest
  return {
    pullRequest: { id: idOf(found), url: found.web_url, pushedCommit },
    isMerged: true,
    mergedAt: found.merged_at ?? null,
    baseBranch: found.target_branch,
    isFromFork: found.source_project_id !== found.target_project_id,
    isSameRepository: found.target_project_id === projectId,
    headCommit: sha,
    isHeadTrusted: await isTrustedHead(sha, pushedCommit, { ...context, commits: known, tip: merged.tip }),
    // GitLab does not say who pushed: another head than ours is not trusted
    lastPusher: null,
    files: await filesOf(iid, api, signal),
    approvalFiles: [],
    blobAtHead: await blobAt(sha, merged.path, { api, signal }),
    excludedIdentities: [...new Set([String(ownId), String(found.author?.id ?? ownId)])],
    approvals: await readApprovals({ api, iid, approvers, signal }),
    dropsApprovalsOnPush: await dropsApprovals(api, signal),
    veto: null,
  }
}

/** Number and id: the number is what the API asks by, the id is what a transferred project keeps. */
export function idOf({ iid, id }: Pick<GitLabMergeRequest, 'iid' | 'id'>): string {
  return `${iid}:${id}`
}

async function filesOf(
  iid: number,
  api: GitLabApi,
  signal: AbortSignal,
): Promise<MergedPullRequest['files']> {
  const what = `the files of merge request ${iid}`
  const diffs = await api.list({ what, path: `merge_requests/${iid}/diffs`, schema: diffSchema, signal })
  return diffs.map((diff) => ({
    path: diff.new_path,
    status: diff.new_file
      ? 'added'
      : diff.deleted_file
        ? 'removed'
        : diff.renamed_file
          ? 'renamed'
          : 'modified',
  }))
}

async function blobAt(
  ref: string,
  path: string,
  { api, signal }: Pick<Context, 'api' | 'signal'>,
): Promise<string | null> {
  const what = `${path} at the head of its merge request`
  const place = `repository/files/${encodeURIComponent(path)}`
  return (await api.find({ what, path: place, query: { ref }, schema: fileSchema, signal }))?.blob_id ?? null
}

/** An approval carries no commit, so it counts only where a push takes it back (facts/remediation-gate.md, 1.2). */
export async function dropsApprovals(api: GitLabApi, signal: AbortSignal): Promise<boolean> {
  const what = 'what the project does with approvals'
  const rules = await api.find({ what, path: 'approvals', schema: approvalRulesSchema, signal })
  return rules?.reset_approvals_on_push ?? false
}
