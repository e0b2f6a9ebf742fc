import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../../scripts/lab/find-program.js'
import { createTestRepository, type TestRepository } from './git-repository.js'
import { get } from './raw-http.js'
import type { CliOutcome } from './run-cli.js'
import { REPOSITORY_ROOT } from './source-tree.js'

/** A bare Git remote with stacks of built-in resources, an edited or untouched reality, and a driftd.yaml. */
export interface DaemonLab {
  readonly folder: string
  /** A working copy, whose commits are pushed with `push`. */
  readonly work: TestRepository
  readonly env: Readonly<Record<string, string>>
  /** Commits these files, pushes, and returns the commit. */
  push(files: Readonly<Record<string, string>>): string
  /** What is really there, as the stack's check sees it: `green` is what the code wants. */
  paint(stack: string, color: string): void
  configure(text: string): void
  start(env?: Readonly<Record<string, string>>, options?: readonly string[]): RunningDaemon
  /** Runs another command of driftd to its end. */
  run(...args: readonly string[]): Promise<CliOutcome>
  /** Process ids of programs that run with the environment of this lab, besides the daemons given. */
  leftovers(): readonly number[]
  close(): void
}

/** A daemon that was started. */
export interface RunningDaemon {
  readonly child: ChildProcess
  readonly ended: Promise<CliOutcome>
  /** The events it logged so far, parsed. */
  events(): readonly LoggedEvent[]
  /** Waits until it logged this event, with these fields. Fails when it ends before, or takes over a minute. */
  logged(event: string, fields?: Readonly<Record<string, unknown>>): Promise<LoggedEvent>
  /** The URL it listens on, once it does. */
  url(): Promise<string>
  kill(signal: NodeJS.Signals): void
}

/** One line of the log. */
export type LoggedEvent = Readonly<Record<string, unknown>> & {
  readonly event: string
  readonly level: string
}

/** Built once per test run where a test asks for it; else sources are run by tsx. */
export interface LabOptions {
  readonly stacks: readonly string[]
  /** The program, with its first arguments. */
  readonly program?: readonly string[]
  /** Cron, six fields. */
  readonly schedule?: string
  /** What of the configuration is different. */
  readonly more?: object
}

const DEADLINE_MS = 60_000
const SOURCE_PROGRAM = [
  process.execPath,
  '--import',
  import.meta.resolve('tsx'),
  join(REPOSITORY_ROOT, 'test/helpers/programs/driftd.ts'),
]

/** Makes remote, states, reality and configuration. */
export function openDaemonLab(options: LabOptions): DaemonLab {
  const folder = mkdtempSync(join(tmpdir(), 'driftd-daemon-'))
  const env = labEnv(folder)
  const work = createTestRepository(join(folder, 'work'))
  const remote = join(folder, 'remote.git')
  for (const stack of options.stacks) {
    paint(folder, stack, 'green')
    applyStack(folder, stack, env)
  }
  work.commit(
    Object.fromEntries(options.stacks.map((stack) => [`${stack}/main.tf`, stackCode(folder, stack)])),
  )
  work.git('init', '--quiet', '--bare', remote)
  work.git('push', '--quiet', remote, 'main')
  const configFile = join(folder, 'driftd.yaml')
  writeFileSync(configFile, labConfig(options))
  const program = options.program ?? SOURCE_PROGRAM
  return {
    folder,
    work,
    env,
    push(files) {
      const commit = work.commit(files)
      work.git('push', '--quiet', remote, 'main')
      return commit
    },
    paint: (stack, color) => paint(folder, stack, color),
    configure: (text) => writeFileSync(configFile, text),
    start: (more = {}, args = []) =>
      startDaemon([...program, 'serve', ...args], { folder, env: { ...env, ...more } }),
    run: (...args) => collect(start(program, args, { folder, env })),
    leftovers: () => findLeftovers(folder),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** driftd.yaml of a lab: JSON is YAML too. */
export function labConfig({ stacks, schedule = '* * * * * *', more = {} }: LabOptions): string {
  return JSON.stringify({
    version: 1,
    repositories: [
      {
        name: 'infra',
        url: './remote.git',
        ref: 'main',
        pollEvery: '1s',
        stacks: stacks.map((name) => ({ name, provider: 'terraform', path: name, schedule })),
      },
    ],
    server: { listen: '127.0.0.1:0' },
    leaderLease: '3s',
    ...more,
  })
}

/** The stack's own resource is built in; its check looks at another state, which stands for reality. */
export function stackCode(folder: string, stack: string, wanted = 'green'): string {
  return `terraform {
  backend "local" { path = ${JSON.stringify(join(folder, 'states', `${stack}.tfstate`))} }
}

resource "terraform_data" "thing" { input = "thing" }

check "color" {
  data "terraform_remote_state" "world" {
    backend = "local"
    config  = { path = ${JSON.stringify(worldFile(folder, stack))} }
  }
  assert {
    condition     = data.terraform_remote_state.world.outputs.color == ${JSON.stringify(wanted)}
    error_message = "the color is not ${wanted}"
  }
}
`
}

function worldFile(folder: string, stack: string): string {
  return join(folder, 'world', `${stack}.tfstate`)
}

function paint(folder: string, stack: string, color: string): void {
  const file = worldFile(folder, stack)
  mkdirSync(dirname(file), { recursive: true })
  const outputs = { color: { value: color, type: 'string' } }
  const state = {
    version: 4,
    terraform_version: '1.5.0',
    serial: 1,
    lineage: 'world',
    outputs,
    resources: [],
  }
  writeFileSync(file, JSON.stringify(state))
}

function labEnv(folder: string): Readonly<Record<string, string>> {
  const terraform = findProgram('terraform')
  if (terraform === null) throw new Error('terraform is not on PATH: run make setup')
  const home = join(folder, 'home')
  const run = join(folder, 'run')
  for (const path of [home, run]) mkdirSync(path, { recursive: true, mode: 0o700 })
  return {
    PATH: [dirname(terraform), process.env.PATH ?? ''].join(delimiter),
    HOME: home,
    XDG_RUNTIME_DIR: run,
    GIT_CONFIG_NOSYSTEM: '1',
    CHECKPOINT_DISABLE: '1',
  }
}

function applyStack(folder: string, stack: string, env: Readonly<Record<string, string>>): void {
  const place = join(folder, 'applied', stack)
  mkdirSync(place, { recursive: true })
  mkdirSync(join(folder, 'states'), { recursive: true })
  writeFileSync(join(place, 'main.tf'), stackCode(folder, stack))
  for (const args of [['init'], ['apply', '-auto-approve']])
    execFileSync('terraform', [...args, '-input=false', '-no-color'], { cwd: place, env, stdio: 'pipe' })
}

interface Place {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

function start(program: readonly string[], args: readonly string[], { folder, env }: Place): ChildProcess {
  const [command = '', ...first] = program
  return spawn(command, [...first, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function collect(child: ChildProcess): Promise<CliOutcome> {
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { exitCode, signal, ...texts }
}

function startDaemon(program: readonly string[], place: Place): RunningDaemon {
  const child = start(program, [], place)
  const events: LoggedEvent[] = []
  let rest = ''
  child.stderr?.on('data', (chunk: Buffer | string) => {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    events.push(
      ...lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LoggedEvent),
    )
  })
  const ended = collect(child)
  const daemon: RunningDaemon = {
    child,
    ended,
    events: () => events,
    async logged(event, fields = {}) {
      const isIt = (one: LoggedEvent): boolean =>
        one.event === event && Object.entries(fields).every(([name, value]) => one[name] === value)
      const found = (): LoggedEvent | undefined => events.find(isIt)
      await until(`the daemon logs "${event}" ${JSON.stringify(fields)}`, () => {
        if (found() === undefined && child.exitCode !== null)
          throw new Error(`the daemon ended with ${child.exitCode}:\n${describe(events)}`)
        return found() !== undefined
      }).catch((error: Error) => {
        throw new Error(`${error.message}\n${describe(events)}`)
      })
      return found() as LoggedEvent
    },
    url: async () => String((await daemon.logged('listening')).url),
    kill: (signal) => void child.kill(signal),
  }
  return daemon
}

function describe(events: readonly LoggedEvent[]): string {
  return events
    .slice(-40)
    .map((event) => JSON.stringify(event))
    .join('\n')
}

/** Waits for a condition, by looking again and again; throws after a minute. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited a minute in vain: ${what}`)
    await sleep(50)
  }
}

/** A document of the daemon's API. */
export async function readApi<T>(url: string, path: string): Promise<T> {
  const { status, body } = await get(url, path)
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`)
  return JSON.parse(body) as T
}

/** Programs whose home is that of the lab. */
function findLeftovers(folder: string): readonly number[] {
  const mark = `HOME=${join(folder, 'home')}`
  return execFileSync('ls', ['/proc'], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark))
    .map(Number)
}

function environmentOf(pid: string): readonly string[] {
  const file = `/proc/${pid}/environ`
  try {
    return existsSync(file) ? readFileSync(file, 'utf8').split('\0') : []
  } catch {
    return []
  }
}
