import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A program to run for a script. */
export interface ProgramRequest {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  /** Exit codes that are no failure. Default: 0 alone. */
  readonly accepted?: readonly number[]
  /** What goes where ours goes, for people to see. Default: nothing. */
  readonly shown?: readonly ('stdout' | 'stderr')[]
  /** Aborting it ends the program and what it started: SIGINT to it, as Ctrl-C would, once more with our second SIGINT, later SIGKILL to its group. */
  readonly signal: AbortSignal
}

/** How an accepted program ended. */
export interface ProgramOutcome {
  readonly exitCode: number
  /** Empty where it was shown. */
  readonly stdout: string
}

const SHOWN_CHARACTERS = 3_000

/** Longer than driftd takes to stop its engines. */
const STOP_TIMEOUT_MS = 20_000
const IMPATIENCE_MS = 1_000

/** Runs a program to its end. Throws, with the ends of its standard error and output, when it fails or is stopped. */
export async function runProgram(request: ProgramRequest): Promise<ProgramOutcome> {
  request.signal.throwIfAborted()
  const name = [request.command, ...request.args].join(' ')
  const placeOf = (stream: 'stdout' | 'stderr') => (request.shown?.includes(stream) ? 'inherit' : 'pipe')
  const child = spawn(request.command, request.args, {
    cwd: request.cwd,
    env: request.env,
    // a group of its own, so that a stop reaches what it started
    detached: true,
    stdio: ['ignore', placeOf('stdout'), placeOf('stderr')],
  })
  const onAbort = (): void => stop(child)
  request.signal.addEventListener('abort', onAbort, { once: true })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  request.signal.removeEventListener('abort', onAbort)
  const text = Buffer.concat(stdout).toString('utf8')
  if (exitCode !== null && (request.accepted ?? [0]).includes(exitCode)) return { exitCode, stdout: text }
  const errors = [Buffer.concat(stderr).toString('utf8'), text].map((part) =>
    part.trim().slice(-SHOWN_CHARACTERS),
  )
  throw new Error([name, `ended with ${signal ?? `exit code ${exitCode}`}`, ...errors].join('\n').trim())
}

function stop(child: ChildProcess): void {
  const interrupt = (): void => void child.kill('SIGINT')
  const kill = setTimeout(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    } catch {
      // already gone
    }
  }, STOP_TIMEOUT_MS)
  // who does not want to wait presses Ctrl-C again; what comes sooner is the first one, handed on by npm or tsx
  const impatience = setTimeout(() => process.on('SIGINT', interrupt), IMPATIENCE_MS)
  child.once('close', () => {
    clearTimeout(kill)
    clearTimeout(impatience)
    process.off('SIGINT', interrupt)
  })
  interrupt()
}
