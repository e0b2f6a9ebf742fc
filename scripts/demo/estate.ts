import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { applyStack } from '../lab/apply-stack.js'
import { findProgram } from '../lab/find-program.js'
import { runProgram } from '../lab/run-program.js'
import { repositoryRoot } from '../lab/tool-folder.js'
import { waitForAll } from '../lab/wait-for-all.js'
import { APPROVER } from './approver.js'
import { type Estate, estateClone, estateRemote, gitEnvironment } from './estate-place.js'
import { applyHosts, describeHostsStack, HOSTS_STACK } from './hosts-stack.js'

/** Stacks of the demo estate that are Terraform, each a folder below stacks/. */
const TERRAFORM_STACKS = ['network', 'storage', 'access'] as const

/** All stacks of the demo estate, each a folder below stacks/. */
export const STACKS = [...TERRAFORM_STACKS, HOSTS_STACK] as const

/** Two plans at a time: each takes a core and about 1 GB. */
const PARALLEL_APPLIES = 2

/**
 * Copies stacks/ into a Git repository of its own, applies every stack, commits and pushes, provider lock files included:
 * they are made here, since their hashes depend on whether a mirror or the registry gave the provider.
 */
export async function applyEstate(estate: Estate): Promise<void> {
  const engine = findEngine()
  const root = estateClone(estate)
  await mkdir(join(estate.folder, 'state'), { recursive: true })
  for (const stack of STACKS) {
    await cp(join(repositoryRoot, 'stacks', stack), join(root, stack), { recursive: true })
  }
  await writeFile(join(root, '.gitignore'), '.terraform/\n')
  const atATime = pLimit(PARALLEL_APPLIES)
  await waitForAll([
    ...TERRAFORM_STACKS.map((stack) => {
      const initOptions = [`-backend-config=${backendConfig(estate, stack)}`]
      return atATime(() => applyStack({ ...estate, engine, folder: join(root, stack), initOptions }))
    }),
    atATime(() => applyHosts(estate, join(root, HOSTS_STACK))),
  ])
  await publishEstate(estate)
}

/** Writes the configuration that `driftd` reads for this estate and returns its path. */
export async function writeDriftdConfig(estate: Pick<Estate, 'folder'>): Promise<string> {
  const stacks = TERRAFORM_STACKS.map(
    (stack) =>
      `      - name: ${stack}\n        provider: terraform\n        path: ${stack}\n` +
      `        backendConfig: [${JSON.stringify(backendConfig(estate, stack))}]\n`,
  )
  const file = join(estate.folder, 'driftd.yaml')
  await writeFile(file, configHead(estate) + stacks.join('') + describeHostsStack(estate) + REMEDIATION)
  return file
}

/** Makes a repository of the clone's files, and the remote that its first commit is pushed to. */
export async function publishEstate(estate: Estate): Promise<void> {
  const commands = [
    ['init', '--quiet', '--initial-branch=main'],
    ['init', '--quiet', '--bare', '--initial-branch=main', estateRemote(estate)],
    // for whoever goes on by hand, too
    ['config', 'user.name', APPROVER],
    ['config', 'user.email', `${APPROVER}@localhost`],
    ['config', 'commit.gpgSign', 'false'],
    ['config', 'core.hooksPath', '/dev/null'],
    ['remote', 'add', 'origin', estateRemote(estate)],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'estate: declare network, storage, access and hosts'],
    ['push', '--quiet', '--set-upstream', 'origin', 'main'],
  ]
  for (const args of commands) await runGit(estate, args)
}

/** Runs Git in the clone and returns its output. */
export async function runGit(estate: Estate, args: readonly string[]): Promise<string> {
  const [cwd, env] = [estateClone(estate), gitEnvironment(estate)]
  return (await runProgram({ command: 'git', args, cwd, env, signal: estate.signal })).stdout
}

/** Throws where there is none. */
export function findEngine(): string {
  const found = findProgram('terraform', 'tofu')
  if (found === null) throw new Error('neither terraform nor tofu is there: `make setup` says how to get one')
  return found
}

function configHead(estate: Pick<Estate, 'folder'>): string {
  // every minute, so that whoever starts the daemon on it sees something happen
  return `version: 1
defaults: { schedule: "* * * * *" }
repositories:
  - name: estate
    url: ${JSON.stringify(estateRemote(estate))}
    ref: main
    pollEvery: 5s
    # whoever can commit there can read what driftd can read: a demo's remote on the same disk
    trustCommitters: true
    stacks:
`
}

/** Off unless a configuration says so, as this one does. */
const REMEDIATION = `remediation:
  enabled: true
  forge: { type: signed-files, allowedSigners: allowed_signers }
  approvals: { minimum: 1, approvers: [${APPROVER}] }
`

function backendConfig(estate: Pick<Estate, 'folder'>, stack: string): string {
  return `path=${join(estate.folder, 'state', `${stack}.tfstate`)}`
}
