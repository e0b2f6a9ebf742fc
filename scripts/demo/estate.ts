import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { applyStack } from '../lab/apply-stack.js'
import { findProgram } from '../lab/find-program.js'
import { runProgram } from '../lab/run-program.js'
import { repositoryRoot } from '../lab/tool-folder.js'
import { waitForAll } from '../lab/wait-for-all.js'
import { applyHosts, describeHostsStack, HOSTS_STACK } from './hosts-stack.js'

/** Stacks of the demo estate that are Terraform, each a folder below stacks/. */
const TERRAFORM_STACKS = ['network', 'storage', 'access'] as const

/** All stacks of the demo estate, each a folder below stacks/. */
export const STACKS = [...TERRAFORM_STACKS, HOSTS_STACK] as const

/** Where an estate stands and in which environment its engines run. */
export interface Estate {
  /** Absolute path. It gets `estate/` (a Git repository), `state/`, `hosts/` and `driftd.yaml`. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Two plans at a time: each takes a core and about 1 GB. */
const PARALLEL_APPLIES = 2

/**
 * Copies stacks/ into a Git repository of its own, applies every stack and commits, provider lock files included:
 * they are made here, since their hashes depend on whether a mirror or the registry gave the provider.
 */
export async function applyEstate(estate: Estate): Promise<void> {
  const engine = findProgram('terraform', 'tofu')
  if (engine === null)
    throw new Error('neither terraform nor tofu is there: `make setup` says how to get one')
  const root = join(estate.folder, 'estate')
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
  await commitAll(estate, root)
}

/** Writes the configuration that `driftd` reads for this estate and returns its path. */
export async function writeDriftdConfig(estate: Pick<Estate, 'folder'>): Promise<string> {
  const stacks = TERRAFORM_STACKS.map(
    (stack) =>
      `      - name: ${stack}\n        provider: terraform\n        path: ${stack}\n` +
      `        backendConfig: [${JSON.stringify(backendConfig(estate, stack))}]\n`,
  )
  const file = join(estate.folder, 'driftd.yaml')
  const repository = JSON.stringify(join(estate.folder, 'estate'))
  // every minute, so that whoever starts the daemon on it sees something happen
  const head =
    'version: 1\ndefaults: { schedule: "* * * * *" }\n' +
    `repositories:\n  - name: estate\n    url: ${repository}\n    ref: main\n    pollEvery: 5s\n    stacks:\n`
  await writeFile(file, head + stacks.join('') + describeHostsStack(estate))
  return file
}

function backendConfig(estate: Pick<Estate, 'folder'>, stack: string): string {
  return `path=${join(estate.folder, 'state', `${stack}.tfstate`)}`
}

async function commitAll(estate: Estate, root: string): Promise<void> {
  // no setting of the user's may sign, template or hook this commit
  const env = { ...estate.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  const identity = ['-c', 'user.name=driftd demo', '-c', 'user.email=demo@localhost']
  const commands = [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    [...identity, 'commit', '--quiet', '--message', 'estate: declare network, storage, access and hosts'],
  ]
  for (const args of commands) {
    await runProgram({ command: 'git', args, cwd: root, env, signal: estate.signal })
  }
}
