import { DriftError, type ErrorCode } from '../domain/errors.js'
import { createRedactor } from '../lib/redact.js'
import { type CommandOutcome, runCommand, type StdoutUse } from '../lib/run-command.js'
import { gitEnvironment, gitOptions, type NetworkAccess, type Variables } from './git-environment.js'

/** One Git command. */
export interface GitRequest {
  readonly args: readonly string[]
  readonly cwd: string
  /** What may be reached; null: nothing but the mirror. */
  readonly network: NetworkAccess | null
  /** The caller's environment, of which Git gets little. */
  readonly callerEnv: Variables
  /** Variables of this command alone, beside those. */
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Values that may stand in no message. */
  readonly secrets?: readonly string[]
  /** Default: text. */
  readonly stdout?: StdoutUse
}

/** How a Git command ended; the text is free of secrets. */
export interface GitOutcome {
  readonly exitCode: number | null
  readonly stdout: string
  /** The last lines of what Git said, in one line. */
  readonly complaint: string
}

/** `ls-remote` lists every branch and tag of a remote. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024
const MAX_COMPLAINT_LENGTH = 500

/**
 * Runs Git with nothing of the repository or the machine able to run a program. A non-zero exit is no error here.
 * Throws GIT_MISSING, DISK_FULL, what `signal` was aborted with, and TIMEOUT.
 */
export async function runGit(request: GitRequest): Promise<GitOutcome> {
  const timeout = AbortSignal.timeout(request.timeoutMs)
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout
  request.signal?.throwIfAborted()
  const outcome = await start(request, signal)
  if (outcome.wasStopped && outcome.exitCode !== 0) {
    request.signal?.throwIfAborted()
    throw new DriftError('TIMEOUT', `git ${request.args[0]} took longer than ${request.timeoutMs / 1000} s`)
  }
  const complaint = shorten(createRedactor(request.secrets ?? []).text(outcome.stderr))
  // strerror(ENOSPC), which LC_ALL=C keeps in English
  if (outcome.exitCode !== 0 && outcome.stderr.includes('No space left on device'))
    throw new DriftError('DISK_FULL', `no space is left for git ${request.args[0]}: free some (${complaint})`)
  return { exitCode: outcome.exitCode, stdout: outcome.stdout, complaint }
}

/** The output of a Git command; throws `code` with Git's own words where it failed. */
export async function gitOutput(request: GitRequest, code: ErrorCode, what: string): Promise<string> {
  const { exitCode, stdout, complaint } = await runGit(request)
  if (exitCode === 0) return stdout
  throw new DriftError(code, `${what}: ${complaint || `git ended with ${exitCode}`}`)
}

async function start(request: GitRequest, signal: AbortSignal): Promise<CommandOutcome> {
  try {
    return await runCommand({
      command: 'git',
      args: [...gitOptions(request.network), ...request.args],
      cwd: request.cwd,
      env: { ...gitEnvironment(request.callerEnv, request.network), ...request.env },
      stdout: request.stdout ?? { kind: 'text' },
      maxOutputBytes: MAX_OUTPUT_BYTES,
      signal,
    })
  } catch (error) {
    if (error instanceof DriftError && error.code === 'ENGINE_MISSING')
      throw new DriftError('GIT_MISSING', 'git could not be started: install Git, or put it on PATH', {
        cause: error,
      })
    throw error
  }
}

function shorten(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/[\0-\x1f\x7f]/g, ' ').trim())
  return lines.filter(Boolean).slice(-4).join(' / ').slice(-MAX_COMPLAINT_LENGTH)
}
