import { spawn } from 'node:child_process'
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
  /** True: standard output goes where ours goes, for people to see. */
  readonly isShown?: boolean
  /** Aborting it ends the program with SIGTERM. */
  readonly signal: AbortSignal
}

/** How an accepted program ended. */
export interface ProgramOutcome {
  readonly exitCode: number
  /** Empty where it was shown. */
  readonly stdout: string
}

const SHOWN_CHARACTERS = 3_000

/** Runs a program to its end. Throws, with the ends of its standard error and output, when it fails or is stopped. */
export async function runProgram(request: ProgramRequest): Promise<ProgramOutcome> {
  const name = [request.command, ...request.args].join(' ')
  const child = spawn(request.command, request.args, {
    cwd: request.cwd,
    env: request.env,
    signal: request.signal,
    stdio: [
      'ignore',
      request.isShown === true ? 'inherit' : 'pipe',
      request.isShown === true ? 'inherit' : 'pipe',
    ],
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  const text = Buffer.concat(stdout).toString('utf8')
  if (exitCode !== null && (request.accepted ?? [0]).includes(exitCode)) return { exitCode, stdout: text }
  const errors = [Buffer.concat(stderr).toString('utf8'), text].map((part) =>
    part.trim().slice(-SHOWN_CHARACTERS),
  )
  throw new Error([name, `ended with ${signal ?? `exit code ${exitCode}`}`, ...errors].join('\n').trim())
}
