import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Forge, ForgeProposal } from '../../src/forge/forge.js'
import { signedFiles } from '../../src/forge/signed-files/index.js'
import type { Repository } from '../../src/git/repository.js'
import { requestBranch, requestPath } from '../../src/remediate/request.js'
import type { ForgeWorld, MergeMethod } from '../contracts/forge-contract.js'
import { tempFolder } from '../lib/temp-folder.js'
import { createTestRepository, openTestRepository, type TestRepository } from './git-repository.js'

/** Somebody's key. */
export interface Approver {
  readonly name: string
  readonly keyFile: string
  /** The line that allows it. */
  readonly allowed: string
}

/** Plain Git on this machine: a bare remote, a clone that people work in, driftd's mirror, and keys. */
export interface SignedFilesWorld extends ForgeWorld {
  readonly remote: string
  readonly clone: TestRepository
  readonly repository: Repository
  readonly allowedSigners: string
  readonly people: Readonly<Record<string, Approver>>
  fetch(): Promise<string>
  createForge(approvers?: readonly string[]): Promise<Forge>
}

let lastId = 0

/** A new key of ssh-keygen. */
export function createApprover(name: string, type = 'ed25519'): Approver {
  const keyFile = join(tempFolder(), name)
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', keyFile])
  return { name, keyFile, allowed: `${name} ${readFileSync(`${keyFile}.pub`, 'utf8').trim()}\n` }
}

/** A bare repository that a clone has pushed its first commit to. */
export function createBareRemote(files: Readonly<Record<string, string>>): BareRemote {
  return pushToBare(createTestRepository(), files)
}

/** The same, of the files in a folder, which becomes the clone. */
export function createBareRemoteOf(folder: string): BareRemote {
  return pushToBare(createTestRepository(folder), {})
}

interface BareRemote {
  readonly remote: string
  readonly clone: TestRepository
}

function pushToBare(clone: TestRepository, files: Readonly<Record<string, string>>): BareRemote {
  const remote = join(tempFolder(), 'remote.git')
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote])
  clone.git('remote', 'add', 'origin', remote)
  clone.commit(files)
  clone.git('push', '--quiet', 'origin', 'main')
  return { remote, clone }
}

/** The signature of some bytes. */
export function signBytes(content: string | Buffer, keyFile: string, namespace = 'driftd-approval'): string {
  const file = join(tempFolder(), 'signed')
  writeFileSync(file, content)
  execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', keyFile, file], { stdio: 'ignore' })
  return readFileSync(`${file}.sig`, 'utf8')
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

/** Everything there is on one machine, with alice and bob. */
export async function createSignedFilesWorld(): Promise<SignedFilesWorld> {
  const { remote, clone } = createBareRemote({ 'live/main.tf': 'a', 'README.md': 'b' })
  const repository = await openTestRepository(remote)
  const people = { alice: createApprover('alice'), bob: createApprover('bob@acme.io', 'ecdsa') }
  const allowedSigners = join(tempFolder(), 'allowed_signers')
  writeFileSync(allowedSigners, people.alice.allowed + people.bob.allowed)
  const { history, branches } = repository
  if (history === null || branches === null) throw new Error('it is no mirror')

  const fetch = async (): Promise<string> => {
    const found = await repository.fetchTip()
    if (found === null) throw new Error('nothing was fetched')
    return found.tip
  }
  const onBranch = (branch: string, change: () => void): void => {
    clone.git('fetch', '--quiet', 'origin')
    clone.git('checkout', '--quiet', '-B', branch, `origin/${branch}`)
    change()
    clone.git('push', '--quiet', 'origin', branch)
    clone.git('checkout', '--quiet', 'main')
  }
  const commitToBase: SignedFilesWorld['commitToBase'] = (files) => {
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
  const createForge = (approvers: readonly string[] = ['alice', 'bob@acme.io']): Promise<Forge> =>
    signedFiles.create({
      options: { allowedSigners },
      baseFolder: '/',
      trackedBranch: 'main',
      history,
      branches,
      approvers,
      scratchFolder: tempFolder(),
      env: process.env,
      readSecret: async () => '',
    })

  await fetch()
  return {
    forge: await createForge(),
    methods: ['merge', 'squash', 'rebase', 'fast-forward'],
    approvers: ['alice', 'bob@acme.io'],
    remote,
    clone,
    repository,
    allowedSigners,
    people,
    fetch,
    createForge,
    commitToBase,
    buildProposal: () => buildProposal(clone),
    async approve({ branch, path }, person) {
      const { keyFile } = Object.values(people).find(({ name }) => name === person) ?? people.alice
      onBranch(branch, () => {
        const signature = signBytes(readFileSync(join(clone.path, path)), keyFile)
        clone.commit({ [`${path}.${person}.sig`]: signature })
      })
    },
    pushToBranch: async ({ branch }, files) => onBranch(branch, () => void clone.commit(files)),
    async updateFromBase({ branch }) {
      await commitToBase({ 'other/file': String(lastId) })
      onBranch(branch, () => void clone.git('merge', '--quiet', '--no-edit', 'origin/main'))
    },
    async merge({ branch }, method) {
      mergeBranch(clone, branch, method)
      return fetch()
    },
    closeUnmerged: async ({ branch }) => void clone.git('push', '--quiet', 'origin', `:${branch}`),
    goAway: async () => renameSync(remote, `${remote}.gone`),
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
