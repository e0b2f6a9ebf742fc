import { cp, mkdir, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { runProgram } from '../../scripts/lab/run-program.js'
import { openLab } from './lab.js'
import { REPOSITORY_ROOT } from './source-tree.js'

/** A secret that only a file holds; the engine gets it as TF_VAR_token. */
export const FLEET_TOKEN = 'canary-fleet-token-4be2d7'

const STEP_TIMEOUT_MS = 120_000

/** A Git repository with several stacks, some applied, and a driftd.yaml that tracks it. */
export interface Fleet {
  readonly repository: string
  /** Where driftd.yaml is; our commands run here. */
  readonly control: string
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  readonly emulatorUrl: string
  /** The endpoint of the stack that hangs; no other process has it in its environment. */
  readonly silentUrl: string
  close(): Promise<void>
}

/** Makes the repository, applies the stacks that have something to drift, writes driftd.yaml. */
export async function openFleet(): Promise<Fleet> {
  const lab = await openLab()
  const silent = await openSilentServer()
  const close = async (): Promise<void> => {
    await silent.close()
    await lab.close()
  }
  try {
    const [repository, control, home, states] = ['repository', 'control', 'home', 'states'].map((name) =>
      join(lab.folder, name),
    ) as [string, string, string, string]
    const env = { ...lab.env, HOME: home, XDG_RUNTIME_DIR: join(home, 'run') }
    for (const folder of [control, states, env.XDG_RUNTIME_DIR])
      await mkdir(folder, { recursive: true, mode: 0o700 })
    await cp(join(REPOSITORY_ROOT, 'test/fixtures/fleet'), repository, { recursive: true })
    const terraform = createTerraform(repository, { ...env, TF_VAR_token: FLEET_TOKEN })
    for (const stack of ['live/parameters', 'live/builtin']) {
      await terraform(stack, 'init', '-no-color', `-backend-config=path=${join(states, stateName(stack))}`)
      await terraform(stack, 'apply', '-auto-approve', '-no-color')
    }
    await shareLockFile(repository)
    await commitAll(repository, env)
    await writeFile(join(control, 'token'), `${FLEET_TOKEN}\n`, { mode: 0o600 })
    await writeFile(
      join(control, 'driftd.yaml'),
      configuration({ repository, states, silentUrl: silent.url }),
    )
    return { repository, control, home, env, emulatorUrl: lab.emulator.url, silentUrl: silent.url, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** JSON is YAML too. */
function configuration(place: { repository: string; states: string; silentUrl: string }): string {
  const stack = (name: string, more: object = {}): object => ({
    name,
    provider: 'terraform',
    path: name,
    backendConfig: [`path=${join(place.states, stateName(name))}`],
    ...more,
  })
  const secret = { env: { TF_VAR_token: { file: './token' } } }
  return JSON.stringify({
    version: 1,
    repositories: [
      {
        name: 'fleet',
        url: place.repository,
        ref: 'main',
        discover: ['found/*'],
        stacks: [
          stack('live/parameters', secret),
          stack('live/builtin'),
          stack('live/unapplied'),
          stack('live/broken'),
          stack('live/refused', secret),
          { name: 'live/relative', provider: 'terraform', path: 'live/relative' },
          stack('stuck/hanging', { env: { AWS_ENDPOINT_URL: place.silentUrl } }),
        ],
      },
    ],
  })
}

function stateName(stack: string): string {
  return `${stack.replace('/', '-')}.tfstate`
}

function createTerraform(repository: string, env: Readonly<Record<string, string>>) {
  return (stack: string, ...args: readonly string[]): Promise<unknown> =>
    runProgram({
      command: 'terraform',
      args,
      cwd: join(repository, stack),
      env,
      signal: AbortSignal.timeout(STEP_TIMEOUT_MS),
    })
}

/** The stacks on AWS need the same provider: one lock file is as good as another. */
async function shareLockFile(repository: string): Promise<void> {
  for (const stack of ['live/refused', 'stuck/hanging']) {
    await cp(
      join(repository, 'live/parameters/.terraform.lock.hcl'),
      join(repository, stack, '.terraform.lock.hcl'),
    )
  }
}

async function commitAll(repository: string, env: Readonly<Record<string, string>>): Promise<void> {
  const identity = ['-c', 'user.name=fleet', '-c', 'user.email=fleet@localhost', '-c', 'commit.gpgsign=false']
  await writeFile(join(repository, '.gitignore'), '.terraform/\n')
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    [...identity, 'commit', '-q', '-m', 'fleet'],
  ]) {
    await runProgram({
      command: 'git',
      args,
      cwd: repository,
      env: { ...env, GIT_CONFIG_NOSYSTEM: '1' },
      signal: AbortSignal.timeout(STEP_TIMEOUT_MS),
    })
  }
}

/** Takes connections and says nothing. */
async function openSilentServer(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
