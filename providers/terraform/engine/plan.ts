import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import { type EngineSession, engineFailure, runEngine, STOP_PLAN } from './engine-session.js'
import { isConditionFailure } from './failure-table.js'
import { createPlanStreamReader, type PlanStream } from './plan-stream.js'

/** The plan to be made. */
export interface PlanRequest {
  readonly session: EngineSession
  /** Absolute paths. */
  readonly varFiles: readonly string[]
  /** `key=value` each. */
  readonly vars: readonly string[]
  /** Private folder of this scan. */
  readonly scratchFolder: string
  /** Absent: a whole plan of the code. */
  readonly mode?: PlanMode
}

/** What of the stack is planned, and against what. */
export interface PlanMode {
  /** Addresses; empty: everything. */
  readonly targets: readonly string[]
  /** Only what differs between state and world, whatever the code wants. */
  readonly isRefreshOnly: boolean
}

/** A plan that was made, in a file that holds secrets: delete it. */
export interface MadePlan {
  readonly file: string
  readonly stream: PlanStream
  /** 0: nothing to apply. 2: something. 1: stopped at a condition of the code that fails. */
  readonly exitCode: 0 | 1 | 2
}

/** Major version of `plan -json` that is understood. */
const UI_MAJOR = '1'
/** One message is one resource or diagnostic; a longer line is damage. */
const MAX_LINE_BYTES = 16 * 1024 * 1024

/** A failed plan, with what it said: some failures are mended by `init`. */
export class PlanFailure extends Error {
  override readonly name = 'PlanFailure'
  readonly stream: PlanStream
  readonly error: DriftError

  constructor(stream: PlanStream, error: DriftError) {
    super(error.message)
    this.stream = stream
    this.error = error
  }
}

/**
 * Makes one plan: reads the state and the world, locks nothing, writes nothing but the plan file.
 * Throws PlanFailure where Terraform refused, OUTPUT_TRUNCATED, OUTPUT_INVALID or PLAN_FORMAT_UNSUPPORTED where what
 * it said cannot be relied on, and what `runEngine` throws.
 */
export async function makePlan(request: PlanRequest): Promise<MadePlan> {
  const file = join(request.scratchFolder, isPart(request.mode) ? 'part.tfplan' : 'plan.tfplan')
  try {
    return await runPlan(request, file)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

async function runPlan(request: PlanRequest, file: string): Promise<MadePlan> {
  const { session } = request
  const args = planArguments(request, file)
  const reader = createPlanStreamReader()
  const outcome = await runEngine(session, {
    args,
    stdout: { kind: 'lines', maxLineBytes: MAX_LINE_BYTES, onLine: reader.onLine },
    stop: STOP_PLAN,
  })
  const stream = reader.result()
  const { exitCode } = outcome
  if (exitCode === 0 || exitCode === 2) {
    checkStream(session, stream)
    return { file, stream, exitCode }
  }
  if (exitCode === 1 && isConditionFailure(stream.diagnostics)) return { file, stream, exitCode }
  const failure = {
    args,
    diagnostics: stream.diagnostics,
    stderr: outcome.stderr,
    otherwise: 'PLAN_FAILED' as const,
  }
  throw new PlanFailure(stream, engineFailure(session, failure))
}

function planArguments(request: PlanRequest, file: string): readonly string[] {
  return [
    'plan',
    '-json',
    `-out=${file}`,
    '-input=false',
    '-lock=false',
    '-detailed-exitcode',
    '-no-color',
    ...request.varFiles.map((path) => `-var-file=${path}`),
    ...request.vars.flatMap((pair) => ['-var', pair]),
    ...(request.mode?.targets ?? []).map((address) => `-target=${address}`),
    ...(request.mode?.isRefreshOnly ? ['-refresh-only'] : []),
  ]
}

function isPart(mode: PlanMode | undefined): boolean {
  return mode !== undefined && (mode.isRefreshOnly || mode.targets.length > 0)
}

/** For those who do not mend a failed plan by `init`: throws what is wrong with it. */
export function unwrapPlanFailure(error: unknown): never {
  throw error instanceof PlanFailure ? error.error : error
}

/** A good exit code is no verdict while the stream does not say that the plan was made to its end. */
function checkStream(session: EngineSession, stream: PlanStream): void {
  const { uiVersion } = stream
  const where = `${session.engine.name} plan -json in ${session.shownFolder}`
  if (uiVersion === null) {
    throw new DriftError('OUTPUT_INVALID', `${where} gave no version message: what it said cannot be read`)
  }
  if (uiVersion.split('.')[0] !== UI_MAJOR) {
    throw new DriftError(
      'PLAN_FORMAT_UNSUPPORTED',
      `${where} speaks version ${uiVersion}, driftd understands ${UI_MAJOR}.x: use a newer driftd`,
    )
  }
  if (!stream.hasSummary) {
    throw new DriftError('OUTPUT_TRUNCATED', `${where} ended without a summary of the changes: scan again`)
  }
}
