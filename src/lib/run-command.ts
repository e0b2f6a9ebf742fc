import type { Writable } from 'node:stream'
import { execa } from 'execa'
import { DriftError } from '../domain/errors.js'
import { LineSplitter } from './line-splitter.js'
import { noteLiveGroup } from './live-groups.js'
import { OutputTail } from './output-tail.js'
import { ProcessGroup, type StopStep } from './process-group.js'

/** What happens with standard output. Standard error is always kept as text, its last bytes first to go. */
export type StdoutUse =
  | { readonly kind: 'text' }
  | {
      readonly kind: 'lines'
      readonly maxLineBytes: number
      readonly onLine: (line: string, isCut: boolean) => void
    }
  | { readonly kind: 'stream'; readonly consume: (stdout: AsyncIterable<Buffer>) => Promise<void> }

/** Standard input of a program that runs. What it does not read any more is dropped. */
export interface ProgramInput {
  write(text: string): void
  end(): void
}

/** A program to run, in a process group of its own. */
export interface CommandRequest {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment; nothing of our own is passed on. */
  readonly env: Readonly<Record<string, string>>
  /**
   * What it reads on standard input, which is closed otherwise; a program need not read it. A function is handed standard
   * input, which stays open until its `end`.
   */
  readonly stdin?: string | Uint8Array | ((stdin: ProgramInput) => void)
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
    ...stdinOption(request.stdin),
    buffer: false,
    reject: false,
    stripFinalNewline: false,
    encoding: 'buffer',
  })
  if (child.pid === undefined) throw await spawnError(request, child)
  const pid = child.pid
  // what nobody listens to is drained, by execa in the next turn and by Node when the program ends: whoever reads later
  // than that would read nothing
  child.stdout.on('readable', () => undefined)
  const forgetGroup = noteLiveGroup(pid)
  request.onSpawn?.(pid)
  if (child.stdin !== null && typeof request.stdin === 'function') request.stdin(programInput(child.stdin))

  const group = new ProcessGroup(pid, request.stop ?? DEFAULT_STOP)
  const onAbort = (): void => group.stop()
  if (request.signal?.aborted) onAbort()
  request.signal?.addEventListener('abort', onAbort, { once: true })
  child.once('exit', () => void group.end())

  const maxBytes = request.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES
  const stdout = new OutputTail(maxBytes)
  const stderr = new OutputTail(maxBytes)
  try {
    const reading = Promise.all([
      readStdout(child.stdout, request.stdout, stdout).catch((error: unknown) => {
        group.stop()
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
    await group.end()
    forgetGroup()
  }
}

function stdinOption(
  stdin: CommandRequest['stdin'],
): { readonly stdin: 'ignore' | 'pipe' } | { readonly input: string | Uint8Array } {
  if (stdin === undefined) return { stdin: 'ignore' }
  return typeof stdin === 'function' ? { stdin: 'pipe' } : { input: stdin }
}

function programInput(stdin: Writable): ProgramInput {
  // a program that ended in the middle of a line
  stdin.on('error', () => undefined)
  return { write: (text) => void stdin.write(text), end: () => void stdin.end() }
}

async function readStdout(stream: AsyncIterable<unknown>, use: StdoutUse, tail: OutputTail): Promise<void> {
  if (use.kind === 'stream') return use.consume(stream as AsyncIterable<Buffer>)
  if (use.kind === 'text') return readInto(stream, tail)
  const splitter = new LineSplitter(use.maxLineBytes, use.onLine)
  for await (const chunk of stream) splitter.write(chunk as Buffer)
  splitter.end()
}

async function readInto(stream: AsyncIterable<unknown>, tail: OutputTail): Promise<void> {
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
