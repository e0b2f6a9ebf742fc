import { resolve } from 'node:path'
import { z } from 'zod'
import { toDriftError } from '../../domain/errors.js'
import type { Examination } from '../../domain/examination.js'
import type { Forge, ForgeEvidence, MergedRequest } from '../forge.js'
import type { ForgeParts, ForgePlugin } from '../forge-plugin.js'
import { type AllowedSigners, readAllowedSigners } from './allowed-signers.js'
import { findMerge } from './find-merge.js'
import { isSignatureOf, readApprovals } from './read-approvals.js'
import { APPROVAL_NAMESPACE } from './verify-signature.js'

const optionsShape = {
  allowedSigners: z.string().min(1).describe('Path of an allowed-signers file of ssh-keygen'),
}
type Options = z.output<z.ZodObject<typeof optionsShape>>

/**
 * No forge at all: a request is proposed on a branch of the remote, approved by ssh signatures that are added there, and
 * triggered by merging the branch by any means.
 */
export const signedFiles: ForgePlugin = {
  type: 'signed-files',
  optionsShape,
  async create(parts) {
    const { allowedSigners } = parts.options as Options
    return createSignedFiles(parts, resolve(parts.baseFolder, allowedSigners))
  },
}

function createSignedFiles(parts: ForgeParts, signersPath: string): Forge {
  const { branches, history, scratchFolder, env } = parts
  const judge = async (signal: AbortSignal) => ({
    signers: await readAllowedSigners(signersPath),
    place: { scratchFolder, env, signal },
  })
  return {
    type: signedFiles.type,
    async propose(proposal, signal) {
      const { branch, path, content, baseCommit, createdAt: at, title, body } = proposal
      const files = [{ path, content }]
      const message = `${title}\n\n${body}\n`
      const pushedCommit = await branches.push({ branch, baseCommit, files, message, at }, signal)
      return { id: branch, url: null, pushedCommit }
    },
    approvalSteps,
    async stateOf({ path, branch, pullRequest }, signal) {
      const head = await branches.bring(branch, signal)
      if (head === null) return { state: 'closed', headCommit: null, approvals: [] }
      const at = { path, commit: head, since: pullRequest.pushedCommit, head }
      const approvals = await readApprovals(at, history, await judge(signal))
      return { state: 'open', headCommit: head, approvals }
    },
    evidence: async (merged, signal) => readEvidence(merged, parts, await judge(signal)),
    close: (pullRequest, _reason, signal) => branches.remove(pullRequest.id, signal),
    examine: () => examine(parts, signersPath),
  }
}

function approvalSteps({
  path,
  branch,
  baseBranch,
}: Parameters<Forge['approvalSteps']>[0]): readonly string[] {
  return [
    'To approve, add your signature on this branch (your NAME as in the allowed signers), then push it:',
    '',
    '```sh',
    `git fetch origin '${branch}' && git switch '${branch}'`,
    `ssh-keygen -Y sign -n ${APPROVAL_NAMESPACE} -f ~/.ssh/id_ed25519 '${path}'`,
    `mv '${path}.sig' '${path}.NAME.sig'`,
    `git add '${path}.NAME.sig' && git commit -m 'Approve' && git push origin '${branch}'`,
    '```',
    '',
    `Merging the branch into \`${baseBranch}\`, by any means, is the trigger. Removing it unmerged means no.`,
  ]
}

async function readEvidence(
  { path, baseBranch, baseCommit, tip, pullRequest }: MergedRequest,
  { history }: ForgeParts,
  judge: Parameters<typeof readApprovals>[2],
): Promise<ForgeEvidence> {
  const commits = await history.commitsBetween(baseCommit, tip)
  const { touching, files } = findMerge(commits, tip, path)
  const pullRequests = touching.map(async ({ id: headCommit }) => ({
    pullRequest,
    isMerged: true,
    mergedAt: null,
    baseBranch,
    isFromFork: false,
    isSameRepository: true,
    headCommit,
    // who pushed what is not known on plain Git, and need not be: the signatures are over the bytes
    isHeadTrusted: true,
    lastPusher: null,
    files,
    approvalFiles: files.map((file) => file.path).filter((file) => isSignatureOf(path, file)),
    blobAtHead: await history.blobId(headCommit, path),
    excludedIdentities: [],
    approvals: await readApprovals(
      { path, commit: tip, since: baseCommit, head: headCommit },
      history,
      judge,
    ),
    dropsApprovalsOnPush: false,
    veto: null,
  }))
  return { pullRequests: await Promise.all(pullRequests) }
}

async function examine({ approvers }: ForgeParts, path: string): Promise<readonly Examination[]> {
  const what = 'signed approvals'
  let signers: AllowedSigners
  try {
    signers = await readAllowedSigners(path)
  } catch (error) {
    return [{ what, state: 'problem', detail: toDriftError(error).message, fix: null }]
  }
  const strangers = approvers.filter((name) => !signers.principals.has(name))
  if (strangers.length === 0)
    return [{ what, state: 'ok', detail: `${approvers.length} approvers, each with a key`, fix: null }]
  const detail = `${strangers.join(', ')} cannot approve: no key in ${path}`
  return [{ what, state: 'warning', detail, fix: `add a line for each to ${path}` }]
}
