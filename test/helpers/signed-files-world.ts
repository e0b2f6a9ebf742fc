import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Forge } from '../../src/forge/forge.js'
import { signedFiles } from '../../src/forge/signed-files/index.js'
import { systemClock } from '../../src/lib/clock.js'
import type { ForgeWorld } from '../contracts/forge-world.js'
import { tempFolder } from '../lib/temp-folder.js'
import { createGitWorld, type GitWorld, mergeBranch } from './git-world.js'

/** Somebody's key. */
export interface Approver {
  readonly name: string
  readonly keyFile: string
  /** The line that allows it. */
  readonly allowed: string
}

/** Plain Git on this machine: a bare remote, a clone that people work in, driftd's mirror, and keys. */
export interface SignedFilesWorld extends ForgeWorld, Pick<GitWorld, 'remote' | 'clone' | 'repository'> {
  readonly allowedSigners: string
  createForge(approvers?: readonly string[]): Promise<Forge>
}

/** A new key of ssh-keygen. */
export function createApprover(name: string, type = 'ed25519'): Approver {
  const keyFile = join(tempFolder(), name)
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', keyFile])
  return { name, keyFile, allowed: `${name} ${readFileSync(`${keyFile}.pub`, 'utf8').trim()}\n` }
}

/** The signature of some bytes. */
export function signBytes(content: string | Buffer, keyFile: string, namespace = 'driftd-approval'): string {
  const file = join(tempFolder(), 'signed')
  writeFileSync(file, content)
  execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', keyFile, file], { stdio: 'ignore' })
  return readFileSync(`${file}.sig`, 'utf8')
}

/** Everything there is on one machine, with alice and bob. */
export async function createSignedFilesWorld(): Promise<SignedFilesWorld> {
  const world = await createGitWorld()
  const { remote, clone, history, branches, onBranch } = world
  const people = { alice: createApprover('alice'), bob: createApprover('bob@acme.io', 'ecdsa') }
  const allowedSigners = join(tempFolder(), 'allowed_signers')
  writeFileSync(allowedSigners, people.alice.allowed + people.bob.allowed)
  const createForge = (approvers: readonly string[] = ['alice', 'bob@acme.io']): Promise<Forge> =>
    signedFiles.create({
      options: { allowedSigners },
      baseFolder: '/',
      trackedBranch: 'main',
      history,
      branches,
      approvers,
      scratchFolder: tempFolder(),
      clock: systemClock,
      env: process.env,
      readSecret: async () => '',
    })
  return {
    ...world,
    forge: await createForge(),
    methods: ['merge', 'squash', 'rebase', 'fast-forward'],
    approvers: ['alice', 'bob@acme.io'],
    allowedSigners,
    createForge,
    async approve({ branch, path }, person) {
      const { keyFile } = Object.values(people).find(({ name }) => name === person) ?? people.alice
      onBranch(branch, () => {
        const signature = signBytes(readFileSync(join(clone.path, path)), keyFile)
        clone.commit({ [`${path}.${person}.sig`]: signature })
      })
    },
    pushToBranch: async ({ branch }, files) => onBranch(branch, () => void clone.commit(files)),
    updateFromBase: ({ branch }) => world.updateFromBase(branch),
    merge({ branch }, method) {
      mergeBranch(clone, branch, method)
      return world.fetch()
    },
    closeUnmerged: async ({ branch }) => void clone.git('push', '--quiet', 'origin', `:${branch}`),
    goAway: async () => renameSync(remote, `${remote}.gone`),
  }
}
