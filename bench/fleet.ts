import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { applyStack } from '../scripts/lab/apply-stack.js'
import { runProgram } from '../scripts/lab/run-program.js'
import { waitForAll } from '../scripts/lab/wait-for-all.js'

/** Many stacks of one kind, in a Git repository, applied. */
export interface FleetRequest {
  /** Absolute path of an empty folder. */
  readonly folder: string
  readonly size: number
  /** The main.tf of the stack with this number, without its backend. */
  readonly code: (number: number) => string
  readonly engine: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Where a fleet stands. */
export interface Fleet {
  /** The folder with one folder per stack: the loop works here. */
  readonly checkout: string
  /** driftd.yaml: driftd scans the same commit of the same repository. */
  readonly config: string
  readonly names: readonly string[]
}

/** Engines at once while applying. */
const PARALLEL = 2

/** Writes, applies and commits the stacks. Their state lies outside the repository, as a remote backend's would. */
export async function buildFleet(request: FleetRequest): Promise<Fleet> {
  const checkout = join(request.folder, 'repository')
  const names = Array.from(
    { length: request.size },
    (_, index) => `stack-${String(index + 1).padStart(3, '0')}`,
  )
  await mkdir(join(request.folder, 'state'), { recursive: true })
  await mkdir(checkout)
  await writeFile(join(checkout, '.gitignore'), '.terraform/\n')
  const atATime = pLimit(PARALLEL)
  await waitForAll(
    names.map((name, index) => atATime(() => writeAndApply(request, checkout, name, index + 1))),
  )
  await commit(request, checkout)
  return { checkout, config: await writeConfig(request, checkout, names), names }
}

async function writeAndApply(
  request: FleetRequest,
  checkout: string,
  name: string,
  number: number,
): Promise<void> {
  const cwd = join(checkout, name)
  await mkdir(cwd)
  const backend = `terraform {\n  backend "local" {\n    path = ${JSON.stringify(join(request.folder, 'state', `${name}.tfstate`))}\n  }\n}\n\n`
  await writeFile(join(cwd, 'main.tf'), backend + request.code(number))
  await applyStack({ ...request, folder: cwd })
}

async function commit(request: FleetRequest, cwd: string): Promise<void> {
  const env = { ...request.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  for (const args of [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    [
      '-c',
      'user.name=bench',
      '-c',
      'user.email=bench@localhost',
      'commit',
      '--quiet',
      '--message',
      'bench: add stacks',
    ],
  ]) {
    await runProgram({ command: 'git', args, cwd, env, signal: request.signal })
  }
}

async function writeConfig(
  request: FleetRequest,
  checkout: string,
  names: readonly string[],
): Promise<string> {
  const file = join(request.folder, 'driftd.yaml')
  const stacks = names
    .map((name) => `      - { name: ${name}, provider: terraform, path: ${name} }\n`)
    .join('')
  const head = `version: 1\nrepositories:\n  - name: fleet\n    url: ${JSON.stringify(checkout)}\n    ref: main\n    stacks:\n`
  await writeFile(file, head + stacks)
  return file
}
