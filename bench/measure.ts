import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A command to be measured, as a user would type it. */
export interface MeasuredCommand {
  /** A line of shell. */
  readonly line: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** What one run cost. */
export interface Cost {
  readonly wallMs: number
  /** User and system time of the command and of everything it started and waited for. */
  readonly cpuMs: number
  readonly exitCode: number
  readonly stdout: string
}

/** A document of 20 scans is well under 1 MB. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024

/** Bash's `time` keyword reads the times of all children that were waited for, `node` and engines alike. */
const TIMED = 'TIMEFORMAT="@@ %3R %3U %3S"; time { eval "$0"; }'

/** Runs a line of shell and returns what it cost. Throws only where it could not be measured. */
export async function measure(command: MeasuredCommand): Promise<Cost> {
  const { cwd, env, signal } = command
  const options = { cwd, env, signal, maxBuffer: MAX_OUTPUT_BYTES }
  const { stdout, stderr, code } = await run('bash', ['-c', TIMED, command.line], options)
    .then((result) => ({ ...result, code: 0 }))
    .catch((error: { stdout?: string; stderr?: string; code?: unknown }) => ({
      stdout: error.stdout ?? '',
      stderr: error.stderr ?? '',
      code: typeof error.code === 'number' ? error.code : null,
    }))
  const times = /@@ ([\d.]+) ([\d.]+) ([\d.]+)\s*$/.exec(stderr)
  if (times === null || code === null)
    throw new Error(`${command.line} could not be measured: ${stderr.slice(-2_000)}`)
  const [wall, user, system] = times.slice(1).map(Number) as [number, number, number]
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000, exitCode: code, stdout }
}

/** The middle value; of an even number the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
