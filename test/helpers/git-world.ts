import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ForgeProposal } from '../../src/forge/forge.js'
import type { RequestBranches } from '../../src/forge/request-branches.js'
import type { History } from '../../src/git/history.js'
import type { Repository } from '../../src/git/repository.js'
import { requestBranch, requestPath } from '../../src/remediate/request.js'
import type { MergeMethod } from '../contracts/forge-world.js'
import { tempFolder } from '../lib/temp-folder.js'
import { createTestRepository, openTestRepository, type TestRepository } from './git-repository.js'

/** A bare remote and a clone that people work in. */
export interface BareRemote {
  readonly remote: string
  readonly clone: TestRepository
}

/** The same with driftd's mirror of it, and what people do with Git. */
export interface GitWorld extends BareRemote {
  readonly repository: Repository
  readonly history: History
  readonly branches: RequestBranches
  /** Fetches into the mirror; returns the tip of the tracked branch. */
  fetch(): Promise<string>
  /** A new proposal at the newest commit of the tracked branch. */
  buildProposal(): ForgeProposal
  /** Changes the newest of a branch and pushes it. */
  onBranch(branch: string, change: () => void): void
  /** Commits to the tracked branch; null removes a file. Returns the new tip, in the mirror. */
  commitToBase(files: Readonly<Record<string, string | null>>): Promise<string>
  /** Somebody moves the tracked branch on and merges it into the branch. */
  updateFromBase(branch: string): Promise<void>
}

let lastId = 0

/** A bare repository that a clone has pushed its first commit to. */
export function createBareRemote(files: Readonly<Record<string, string>>): BareRemote {
  return pushToBare(createTestRepository(), files)
}

/** The same, of the files in a folder, which becomes the clone. */
export function createBareRemoteOf(folder: string): BareRemote {
  return pushToBare(createTestRepository(folder), {})
}

function pushToBare(clone: TestRepository, files: Readonly<Record<string, string>>): BareRemote {
  const remote = join(tempFolder(), 'remote.git')
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote])
  clone.git('remote', 'add', 'origin', remote)
  clone.commit(files)
  clone.git('push', '--quiet', 'origin', 'main')
  return { remote, clone }
}

/** Merges a branch of the remote into main, as people do on their machine. */
export function mergeBranch(clone: TestRepository, branch: string, method: MergeMethod): void {
  const { git } = clone
  git('fetch', '--quiet', 'origin')
  git('checkout', '--quiet', 'main')
  git('reset', '--quiet', '--hard', 'origin/main')
  if (method === 'merge') git('merge', '--quiet', '--no-ff', '--no-edit', `origin/${branch}`)
  if (method === 'fast-forward') git('merge', '--quiet', '--ff-only', `origin/${branch}`)
  if (method === 'squash') {
    git('merge', '--quiet', '--squash', `origin/${branch}`)
    git('commit', '--quiet', '--message', 'squashed')
  }
  if (method === 'rebase') {
    git('checkout', '--quiet', '--detach', `origin/${branch}`)
    git('rebase', '--quiet', '--force-rebase', 'main')
    const head = git('rev-parse', 'HEAD')
    git('checkout', '--quiet', 'main')
    git('merge', '--quiet', '--ff-only', head)
  }
  git('push', '--quiet', 'origin', 'main')
}

/** A mirror beside a remote and its clone. */
export async function createGitWorld(
  { remote, clone }: BareRemote = createBareRemote({ 'live/main.tf': 'a', 'README.md': 'b' }),
): Promise<GitWorld> {
  const repository = await openTestRepository(remote)
  const { history, branches } = repository
  if (history === null || branches === null) throw new Error('it is no mirror')
  const fetch = async (): Promise<string> => {
    const found = await repository.fetchTip()
    if (found === null) throw new Error('nothing was fetched')
    return found.tip
  }
  const onBranch: GitWorld['onBranch'] = (branch, change) => {
    clone.git('fetch', '--quiet', 'origin')
    clone.git('checkout', '--quiet', '-B', branch, `origin/${branch}`)
    change()
    clone.git('push', '--quiet', '--force', 'origin', branch)
    clone.git('checkout', '--quiet', 'main')
  }
  const commitToBase: GitWorld['commitToBase'] = (files) => {
    for (const [file, text] of Object.entries(files)) {
      const path = join(clone.path, file)
      mkdirSync(dirname(path), { recursive: true })
      if (text === null) rmSync(path)
      else writeFileSync(path, text)
    }
    clone.commit({})
    clone.git('push', '--quiet', 'origin', 'main')
    return fetch()
  }
  await fetch()
  return {
    remote,
    clone,
    repository,
    history,
    branches,
    fetch,
    onBranch,
    commitToBase,
    buildProposal: () => buildProposal(clone),
    async updateFromBase(branch) {
      await commitToBase({ 'other/file': String(lastId) })
      onBranch(branch, () => void clone.git('merge', '--quiet', '--no-edit', 'origin/main'))
    },
  }
}

function buildProposal(clone: TestRepository): ForgeProposal {
  lastId += 1
  const requestId = `01KAZZZZZZZZZZZZZZZZZZZ${String(lastId).padStart(3, '0')}`
  const stack = 'prod/network'
  return {
    requestId,
    stack,
    path: requestPath(stack, requestId),
    content: `{\n  "id": "${requestId}"\n}\n`,
    branch: requestBranch(stack, requestId),
    baseBranch: 'main',
    baseCommit: clone.git('rev-parse', 'origin/main'),
    createdAt: '2026-11-24T10:00:00.000Z',
    title: 'driftd: revert prod/network',
    body: 'What changes',
  }
}
