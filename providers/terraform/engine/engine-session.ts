import { DriftError, type ErrorCode } from '../../../src/domain/errors.js'
import type { StopStep } from '../../../src/lib/process-group.js'
import { type CommandOutcome, runCommand, type StdoutUse } from '../../../src/lib/run-command.js'
import { type Diagnostic, parseDiagnosticText } from './diagnostics.js'
import type { Engine } from './engine.js'
import { classifyFailure } from './failure-table.js'

/** One engine at work on one stack: what every command of a scan shares. */
export interface EngineSession {
  readonly engine: Engine
  /** Where the commands run: the stack's folder, or its private copy. */
  readonly folder: string
  /** The stack's own folder, named in messages. */
  readonly shownFolder: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Called with the process group of each command as it starts. */
  readonly onEngine: (groupId: number) => void
  /** Takes known secret values out of a text. */
  readonly scrub: (text: string) => string
}

/** One command of the engine. */
export interface EngineCommand {
  readonly args: readonly string[]
  readonly stdout: StdoutUse
  readonly stop: readonly StopStep[]
}

/**
 * SIGINT to Terraform alone lets it release what it holds and end its providers (0.14 s, measured); the group is
 * killed only after that failed, since a killed Terraform leaves its providers behind (facts/terraform.md, section 3).
 * A plan holds no lock and writes no state: one whose provider waits for an endpoint that never answers, and so does not
 * hear SIGINT, loses nothing when it is ended sooner.
 */
export const STOP_PLAN: readonly StopStep[] = stopSteps(5_000)
export const STOP_INIT: readonly StopStep[] = stopSteps(10_000)

/**
 * Runs one command to its end. Whether it succeeded is for the caller to judge by exit code and output: one that
 * was told to stop may have ended well. Throws the reason of the signal where it did not, ENGINE_KILLED where
 * something else ended it, and what `runCommand` throws.
 */
export async function runEngine(session: EngineSession, command: EngineCommand): Promise<CommandOutcome> {
  session.signal.throwIfAborted()
  const outcome = await runCommand({
    command: session.engine.path,
    args: command.args,
    cwd: session.folder,
    env: session.env,
    stdout: command.stdout,
    signal: session.signal,
    stop: command.stop,
    onSpawn: session.onEngine,
  })
  const isGood = outcome.exitCode === 0 || outcome.exitCode === 2
  if (outcome.wasStopped && !isGood) session.signal.throwIfAborted()
  // 128 + n is how a wrapper script tells of signal n (POSIX shells)
  if (outcome.exitCode === null || outcome.exitCode > 128) {
    throw new DriftError(
      'ENGINE_KILLED',
      `${commandName(session, command.args)} was ended by ${outcome.signal ?? `exit code ${outcome.exitCode}`} in ${session.shownFolder}, which driftd did not send: is the machine out of memory?`,
    )
  }
  return outcome
}

/** What a command failed with. */
export interface EngineFailure {
  readonly args: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
  readonly stderr: string
  /** The code where the table of known failures has none. */
  readonly otherwise: ErrorCode
}

/** The error for a command that failed, in Terraform's own words, free of the secrets that are known. */
export function engineFailure(session: EngineSession, failure: EngineFailure): DriftError {
  const diagnostics =
    failure.diagnostics.length > 0 ? failure.diagnostics : parseDiagnosticText(failure.stderr)
  const { code, cause } = classifyFailure(diagnostics)
  const words = cause ? describeDiagnostic(cause) : 'it said nothing'
  return new DriftError(
    code ?? failure.otherwise,
    session.scrub(`${commandName(session, failure.args)} failed in ${session.shownFolder}: ${words}`),
  )
}

/** One sentence: where, what, and the first lines of why. */
function describeDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, address, summary, detail } = diagnostic
  const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}: `
  const about = address === null ? '' : ` (${address})`
  const why = detail.replace(/\s+/g, ' ').trim().slice(0, MAX_DETAIL_LENGTH)
  return `${place}${summary.replace(/\s+/g, ' ').trim()}${about}${why === '' ? '' : `: ${why}`}`
}

const MAX_DETAIL_LENGTH = 600

function commandName(session: EngineSession, args: readonly string[]): string {
  const words = args.filter((arg) => /^[a-z]+$/.test(arg)).slice(0, 2)
  return [session.engine.name, ...words].join(' ')
}

function stopSteps(firstWaitMs: number): readonly StopStep[] {
  return [
    { signal: 'SIGINT', target: 'process', waitMs: firstWaitMs },
    { signal: 'SIGTERM', target: 'group', waitMs: 10_000 },
    { signal: 'SIGKILL', target: 'group', waitMs: 5_000 },
  ]
}
