import { join } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { refProblem } from '../domain/git-ref.js'
import type { RequestBranch, RequestBranches } from '../forge/request-branches.js'
import { makeScratchFolder } from '../lib/private-folder.js'
import { commitFiles } from './commit-files.js'
import type { Mirror } from './mirror.js'
import { type Remote, SCRATCH } from './remote.js'
import { runGit } from './run-git.js'

const PUSH_TIMEOUT_MS = 5 * 60_000
const LOCAL_TIMEOUT_MS = 60_000
const PREFIX = 'drift/'
/** Whatever the user's own configuration says: this branch, nothing beside it. */
const PUSH = ['push', '--quiet', '--no-verify', '--no-signed', '--no-follow-tags', '--recurse-submodules=no']

/** What branches of requests are pushed with. */
export interface RequestBranchParts {
  readonly mirror: Mirror
  readonly remote: Remote
  /** Private folder of the repository. */
  readonly folder: string
  locked<T>(signal: AbortSignal | undefined, fn: () => Promise<T>): Promise<T>
}

/** The branches of requests on a mirror's remote. */
export function createRequestBranches(parts: RequestBranchParts): RequestBranches {
  const { mirror, remote, locked } = parts
  return {
    async push(wanted, signal) {
      checkBranch(wanted.branch)
      return locked(signal, async () => {
        const commit = await makeCommit(parts, wanted)
        const target = `refs/heads/${wanted.branch}`
        // made only where it is not there yet
        const lease = `--force-with-lease=${target}:`
        const args = [`--git-dir=${mirror.path}`, ...PUSH, lease, '--', remote.url, `${commit}:${target}`]
        const outcome = await remote.run(args, PUSH_TIMEOUT_MS, signal)
        if (outcome.exitCode === 0 || (await holds(parts, { branch: wanted.branch, commit, signal })))
          return commit
        throw failed(`the branch ${wanted.branch} could not be pushed to ${remote.url}`, outcome.complaint)
      })
    },
    async bring(branch, signal) {
      checkBranch(branch)
      return locked(signal, () => fetchBranch(parts, branch, signal))
    },
    async remove(branch, signal) {
      checkBranch(branch)
      await locked(signal, async () => {
        const args = [`--git-dir=${mirror.path}`, ...PUSH, '--', remote.url, `:refs/heads/${branch}`]
        const outcome = await remote.run(args, PUSH_TIMEOUT_MS, signal)
        if (outcome.exitCode === 0 || (await fetchBranch(parts, branch, signal)) === null) return
        throw failed(`the branch ${branch} could not be removed from ${remote.url}`, outcome.complaint)
      })
    },
  }
}

/** The last door before anything is pushed: never the tracked branch, nor any other that is not ours. */
function checkBranch(branch: string): void {
  if (branch.startsWith(PREFIX) && refProblem(branch) === null) return
  throw new DriftError('INTERNAL', `${JSON.stringify(branch)} is no branch of a request`)
}

async function makeCommit(
  { mirror, remote, folder }: RequestBranchParts,
  wanted: RequestBranch,
): Promise<string> {
  const scratch = await makeScratchFolder(join(folder, SCRATCH))
  try {
    const { callerEnv } = remote
    return await commitFiles({ ...wanted, mirrorPath: mirror.path, scratchFolder: scratch.path, callerEnv })
  } finally {
    await scratch.remove()
  }
}

async function fetchBranch(
  { mirror, remote }: RequestBranchParts,
  branch: string,
  signal: AbortSignal,
): Promise<string | null> {
  const ref = `refs/heads/${branch}`
  const found = await remote.resolve(ref, signal).catch((error: unknown) => {
    if (error instanceof DriftError && error.code === 'REF_NOT_FOUND') return null
    throw error
  })
  if (found !== null) return mirror.update(ref, found, signal)
  await mirror.forget(ref)
  return null
}

/** An earlier attempt was interrupted after its push, or somebody has approved on top of it meanwhile. */
async function holds(
  parts: RequestBranchParts,
  {
    branch,
    commit,
    signal,
  }: { readonly branch: string; readonly commit: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const { mirror, remote, folder } = parts
  const head = await fetchBranch(parts, branch, signal)
  if (head === null) return false
  const args = [`--git-dir=${mirror.path}`, 'merge-base', '--is-ancestor', commit, head]
  const { callerEnv } = remote
  const outcome = await runGit({
    args,
    cwd: folder,
    network: null,
    callerEnv,
    timeoutMs: LOCAL_TIMEOUT_MS,
    signal,
  })
  return outcome.exitCode === 0
}

function failed(what: string, why: string): DriftError {
  return new DriftError(
    'FORGE_FAILED',
    `${what}: ${why || 'Git did not say why'}; driftd needs the right to push drift/*`,
  )
}
