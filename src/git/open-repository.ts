import { createHash } from 'node:crypto'
import { access, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { refProblem } from '../domain/git-ref.js'
import { classifyRepositoryUrl } from '../domain/repository-url.js'
import { ensurePrivateFolder, wipeAbandonedScratch } from '../lib/private-folder.js'
import type { GitCredentials } from './credentials.js'
import { createFolderRepository } from './folder-repository.js'
import type { NetworkAccess, Variables } from './git-environment.js'
import { createMirroredRepository } from './mirrored-repository.js'
import { SCRATCH } from './remote.js'
import type { Repository } from './repository.js'
import type { Signers } from './signature-rules.js'
import { DEFAULT_TREE_LIMITS, type TreeLimits } from './tree-size.js'

/** What a repository is opened with. */
export interface RepositoryRequest {
  /** As driftd.yaml has it; part of the name of a folder. */
  readonly name: string
  /** As driftd.yaml has it; a path is relative to `baseFolder`. */
  readonly url: string
  readonly baseFolder: string
  /** Branch, tag or commit; null: the remote's default branch. */
  readonly ref: string | null
  readonly credentials: GitCredentials | null
  /** Folder below which mirrors and worktrees are kept; made where missing. */
  readonly dataFolder: string
  /** driftd's own environment, of which Git gets what it needs. */
  readonly env: Variables
  readonly limits?: TreeLimits
  /** Whose signature the commits that are scanned must have; default nobody's. */
  readonly signers?: Signers | null
}

/**
 * Opens a repository; nothing is fetched yet. Throws REPOSITORY_INVALID for a URL that driftd does not use or a path that
 * does not exist, REF_INVALID.
 */
export async function openRepository(request: RepositoryRequest): Promise<Repository> {
  const location = classifyRepositoryUrl(request.url)
  // the URL itself may hold a password, so it stands in no message
  if ('problem' in location)
    throw new DriftError('REPOSITORY_INVALID', `the url of repository ${request.name} ${location.problem}`)
  checkRef(request)
  if (location.kind === 'remote') return openMirror(request, location.url, location.protocol)
  const path = resolve(request.baseFolder, location.path.replace(/^~(?=\/|$)/, request.env.HOME ?? homedir()))
  await checkFolder(request, path)
  if (await isGitRepository(path)) return openMirror(request, path, 'file')
  if (request.signers) throw folderHasNoCommits(request, path)
  return createFolderRepository(path)
}

function checkRef({ name, ref }: RepositoryRequest): void {
  const problem = ref === null ? null : refProblem(ref)
  if (problem !== null)
    throw new DriftError(
      'REF_INVALID',
      `the ref ${JSON.stringify(ref)} of repository ${name} ${problem}: correct it`,
    )
}

async function checkFolder({ name }: RepositoryRequest, path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found?.isDirectory()) return
  const why = found === null ? 'there is nothing' : 'it is no folder'
  throw new DriftError(
    'REPOSITORY_INVALID',
    `the url of repository ${name} is the path ${path}, but ${why}: correct url`,
  )
}

function folderHasNoCommits({ name }: RepositoryRequest, path: string): DriftError {
  const message = `repository ${name} has signedCommits: require, but ${path} is no Git repository: correct url`
  return new DriftError('REPOSITORY_INVALID', message)
}

/** By its files: Git itself is not asked, since it would obey what the folder's configuration says. */
async function isGitRepository(path: string): Promise<boolean> {
  if (await exists(join(path, '.git'))) return true
  const parts = await Promise.all(['HEAD', 'objects', 'refs'].map((name) => exists(join(path, name))))
  return parts.every(Boolean)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function openMirror(
  request: RepositoryRequest,
  url: string,
  protocol: NetworkAccess['protocol'],
): Promise<Repository> {
  // the URL is part of the name: one that was corrected gets a mirror of its own
  const hash = createHash('sha256').update(url).digest('hex').slice(0, 12)
  const folder = await ensurePrivateFolder(
    join(resolve(request.dataFolder), 'repositories', `${request.name}-${hash}`),
  )
  await wipeAbandonedScratch(join(folder, SCRATCH))
  const { ref, credentials, env: callerEnv, limits = DEFAULT_TREE_LIMITS, signers = null } = request
  return createMirroredRepository({
    folder,
    ref,
    limits,
    signers,
    address: { url, protocol, credentials, callerEnv, folder },
  })
}
