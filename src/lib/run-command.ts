import { readdirSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { DriftError } from '../domain/errors.js'
import { LineSplitter } from './line-splitter.js'

/** One step of stopping a program: a signal to the program alone or to its whole group, then a wait. */
export interface StopStep {
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'
  readonly target: 'process' | 'group'
  /** How long the program may take before the next step. */
  readonly waitMs: number
}

/** What happens with standard output. Standard error is always kept as text, its last bytes first to go. */
export type StdoutUse =
  | { readonly kind: 'text' }
  | {
      readonly kind: 'lines'
      readonly maxLineBytes: number
      readonly onLine: (line: string, isCut: boolean) => void
    }
  | { readonly kind: 'stream'; readonly consume: (stdout: AsyncIterable<Buffer>) => Promise<void> }

/** A program to run, in a process group of its own, with standard input closed. */
export interface CommandRequest {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment; nothing of our own is passed on. */
  readonly env: Readonly<Record<string, string>>
  readonly stdout: StdoutUse
  /** Bytes kept of `text` output and of standard error each; the rest is drained and dropped. Default 1 MiB. */
  readonly maxOutputBytes?: number
  readonly signal?: AbortSignal
  /** Default: SIGTERM to the group, 5 s, SIGKILL to the group. */
  readonly stop?: readonly StopStep[]
  /** Called with the pid, which is also the process group's id. */
  readonly onSpawn?: (pid: number) => void
}

/** How a program ended. A non-zero exit is no error here. */
export interface CommandOutcome {
  /** Null where a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** Empty unless `stdout.kind` is `text`. */
  readonly stdout: string
  readonly stderr: string
  /** Some of `stdout` or `stderr` was dropped. */
  readonly isTruncated: boolean
  readonly durationMs: number
  /** True when the signal was aborted while the program ran; it may have ended well all the same. */
  readonly wasStopped: boolean
}

const DEFAULT_MAX_OUTPUT_BYTES = 1024 * 1024
const DEFAULT_STOP: readonly StopStep[] = [
  { signal: 'SIGTERM', target: 'group', waitMs: 5_000 },
  { signal: 'SIGKILL', target: 'group', waitMs: 5_000 },
]
const GROUP_POLL_MS = 20
const GROUP_GONE_TIMEOUT_MS = 5_000

/**
 * Runs a program and waits until nothing of its process group is left. The only place that starts one.
 * Throws ENGINE_MISSING where there is no such program, PERMISSION_DENIED where it may not be run,
 * NOT_A_DIRECTORY where `cwd` is none; rethrows what `consume` throws, after stopping the program.
 */
export async function runCommand(request: CommandRequest): Promise<CommandOutcome> {
  const startedAt = process.hrtime.bigint()
  const child = execa(request.command, [...request.args], {
    cwd: request.cwd,
    env: { ...request.env },
    extendEnv: false,
    detached: true,
    cleanup: true,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    stripFinalNewline: false,
    encoding: 'buffer',
  })
  if (child.pid === undefined) throw await spawnError(request, child)
  const pid = child.pid
  liveGroups.add(pid)
  request.onSpawn?.(pid)

  const stopper = new Stopper(pid, request.stop ?? DEFAULT_STOP)
  const onAbort = (): void => stopper.start()
  if (request.signal?.aborted) onAbort()
  request.signal?.addEventListener('abort', onAbort, { once: true })
  child.once('exit', () => void stopper.endGroup())

  const maxBytes = request.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES
  const stdout = new Tail(maxBytes)
  const stderr = new Tail(maxBytes)
  try {
    const reading = Promise.all([
      readStdout(child.stdout, request.stdout, stdout).catch((error: unknown) => {
        stopper.start()
        child.stdout.resume()
        throw error
      }),
      readInto(child.stderr, stderr),
    ])
    const [result] = await Promise.all([child, reading])
    return {
      exitCode: result.exitCode ?? null,
      signal: (result.signal as NodeJS.Signals | undefined) ?? null,
      stdout: stdout.text(),
      stderr: stderr.text(),
      isTruncated: stdout.isTruncated || stderr.isTruncated,
      durationMs: Number(process.hrtime.bigint() - startedAt) / 1e6,
      wasStopped: request.signal?.aborted ?? false,
    }
  } finally {
    request.signal?.removeEventListener('abort', onAbort)
    await stopper.endGroup()
    liveGroups.delete(pid)
  }
}

/** Ends the process groups of all running programs at once: for the second Ctrl-C, and before a crash ends us. */
export function killLiveGroups(): void {
  for (const pid of liveGroups) send(-pid, 'SIGKILL')
}

/** The groups this operating-system process has started: as global as the process itself. */
const liveGroups = new Set<number>()

/** Sends the steps of a stop procedure one after the other until the group is gone. */
class Stopper {
  readonly #pid: number
  readonly #steps: readonly StopStep[]
  #running: Promise<void> | null = null
  #ending: Promise<void> | null = null

  constructor(pid: number, steps: readonly StopStep[]) {
    this.#pid = pid
    this.#steps = steps
  }

  start(): void {
    this.#running ??= this.#stop()
  }

  /** Ends what the program left behind in its group; returns when the group is empty. */
  endGroup(): Promise<void> {
    this.#ending ??= this.#endGroup()
    return this.#ending
  }

  async #stop(): Promise<void> {
    for (const step of this.#steps) {
      if (!isGroupAlive(this.#pid)) return
      send(step.target === 'group' ? -this.#pid : this.#pid, step.signal)
      await waitForGroup(this.#pid, step.waitMs)
    }
  }

  async #endGroup(): Promise<void> {
    if (await waitForGroup(this.#pid, GROUP_POLL_MS * 5)) return
    send(-this.#pid, 'SIGTERM')
    if (await waitForGroup(this.#pid, 1_000)) return
    send(-this.#pid, 'SIGKILL')
    await waitForGroup(this.#pid, GROUP_GONE_TIMEOUT_MS)
  }
}

/** Keeps the first and the last bytes of a stream: a program says what went wrong at either end. */
class Tail {
  #parts: Buffer[] = []
  #bytes = 0
  isTruncated = false
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(chunk: Buffer): void {
    this.#parts.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes > this.#maxBytes * 2) this.#trim()
  }

  text(): string {
    if (this.#bytes > this.#maxBytes) this.#trim()
    return Buffer.concat(this.#parts).toString('utf8')
  }

  #trim(): void {
    const all = Buffer.concat(this.#parts)
    const half = Math.floor(this.#maxBytes / 2)
    this.#parts = [Buffer.from(all.subarray(0, half)), Buffer.from(all.subarray(all.length - half))]
    this.#bytes = half * 2
    this.isTruncated = true
  }
}

async function readStdout(stream: AsyncIterable<unknown>, use: StdoutUse, tail: Tail): Promise<void> {
  if (use.kind === 'stream') return use.consume(stream as AsyncIterable<Buffer>)
  if (use.kind === 'text') return readInto(stream, tail)
  const splitter = new LineSplitter(use.maxLineBytes, use.onLine)
  for await (const chunk of stream) splitter.write(chunk as Buffer)
  splitter.end()
}

async function readInto(stream: AsyncIterable<unknown>, tail: Tail): Promise<void> {
  for await (const chunk of stream) tail.add(chunk as Buffer)
}

async function spawnError(
  request: CommandRequest,
  child: PromiseLike<{ cause?: unknown }>,
): Promise<DriftError> {
  const { cause } = await child
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  if (code === 'EACCES') {
    return new DriftError('PERMISSION_DENIED', `${request.command} may not be run: check its rights`, {
      cause,
    })
  }
  return new DriftError(
    'ENGINE_MISSING',
    `${request.command} could not be started in ${request.cwd}: ${code}`,
    { cause },
  )
}

/** True while the group has a member that is more than a zombie nobody has reaped (as in containers without an init). */
function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return process.platform !== 'linux' || hasLivingMember(pid)
}

function hasLivingMember(groupId: number): boolean {
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false
    try {
      // proc(5): `pid (name) state ppid pgrp ...`; the name may hold anything, so count from its last parenthesis
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(group) === groupId && state !== 'Z' && state !== 'X'
    } catch {
      return false
    }
  })
}

/** True when the group is gone within the time. */
async function waitForGroup(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (isGroupAlive(pid)) {
    if (performance.now() >= deadline) return false
    await sleep(GROUP_POLL_MS)
  }
  return true
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, constants.signals[signal])
  } catch {
    // already gone
  }
}
