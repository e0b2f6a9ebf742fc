import { toDriftError } from '../../../src/domain/errors.js'
import type { ApplyOutcome } from '../../../src/domain/proposal.js'
import { runHeldCommand } from '../../../src/lib/held-command.js'
import type { StopStep } from '../../../src/lib/process-group.js'
import { createRedactor } from '../../../src/lib/redact.js'
import type { CommandOutcome } from '../../../src/lib/run-command.js'
import type { ApplyRun } from '../../../src/scan/provider.js'
import { type ApplyStream, createApplyStreamReader } from '../engine/apply-stream.js'
import { type EngineSession, engineFailure } from '../engine/engine-session.js'
import { terraformEnvironment } from '../engine/environment.js'
import type { Workplace } from '../engine/workplace.js'

/** A saved plan and where it was made. */
export interface ApplyRequest {
  readonly workplace: Workplace
  readonly session: EngineSession
  readonly planFile: string
  /** What a refresh-only apply writes, of which Terraform says nothing. */
  readonly wasTouched: ApplyOutcome['changed']
}

/**
 * Terraform finishes what it is at when it hears SIGINT (48 s measured for one slow update, facts/terraform.md section 3);
 * killing it leaves a state that knows nothing of what was made. So it is given long, and killed only before hanging for ever.
 */
const STOP_APPLY: readonly StopStep[] = [
  { signal: 'SIGINT', target: 'process', waitMs: 10 * 60_000 },
  { signal: 'SIGTERM', target: 'process', waitMs: 5 * 60_000 },
  { signal: 'SIGKILL', target: 'group', waitMs: 5_000 },
]
const MAX_LINE_BYTES = 16 * 1024 * 1024
/** How long somebody else's apply is waited for; the saved plan is stale after it anyway. */
const LOCK_TIMEOUT = '30s'

/**
 * Applies the saved plan, and nothing else: Terraform refuses it when the state was written since. Never throws.
 * `unknown`: it was interrupted, or ended without saying what it did.
 */
export async function applyPlan(request: ApplyRequest, apply: ApplyRun): Promise<ApplyOutcome> {
  const scrub = createRedactor(apply.secrets).text
  const session = { ...request.session, scrub: (text: string) => request.session.scrub(scrub(text)) }
  const reader = createApplyStreamReader()
  let mayHaveBegun = false
  const onStart = async (processGroup: number): Promise<void> => {
    await apply.onStart(processGroup)
    mayHaveBegun = true
  }
  try {
    const outcome = await run(request, { ...apply, onStart }, reader.onLine)
    return judge(request, session, { outcome, stream: reader.result() })
  } catch (error) {
    const message = session.scrub(toDriftError(error).message)
    return { status: mayHaveBegun ? 'unknown' : 'failed', changed: [], message }
  }
}

/** The process group is written down before Terraform begins. */
function run(
  { workplace, session, planFile }: ApplyRequest,
  { env, signal, onStart }: ApplyRun,
  onLine: (line: string) => void,
): Promise<CommandOutcome> {
  const request = {
    command: session.engine.path,
    args: ['apply', '-json', '-input=false', '-no-color', `-lock-timeout=${LOCK_TIMEOUT}`, planFile],
    cwd: session.folder,
    env: applyEnvironment(workplace, env),
    stdout: { kind: 'lines', maxLineBytes: MAX_LINE_BYTES, onLine },
    signal,
    stop: STOP_APPLY,
  } as const
  return runHeldCommand(request, { folder: workplace.request.scratchFolder, onStart })
}

function applyEnvironment(workplace: Workplace, env: ApplyRun['env']): Readonly<Record<string, string>> {
  return terraformEnvironment({
    env,
    dataFolder: workplace.workingFolder,
    pluginCacheFolder: workplace.pluginCacheFolder,
    gogc: workplace.request.stack.options.gogc,
  })
}

function judge(
  request: ApplyRequest,
  session: EngineSession,
  { outcome, stream }: { readonly outcome: CommandOutcome; readonly stream: ApplyStream },
): ApplyOutcome {
  const changed = stream.completed.map(({ address, action }) => ({ address, host: null, action }))
  if (outcome.exitCode === 0 && stream.hasSummary)
    return { status: 'applied', changed: changed.length > 0 ? changed : request.wasTouched, message: null }
  if (outcome.wasStopped || outcome.exitCode === null || outcome.exitCode > 128 || outcome.exitCode === 0)
    return { status: 'unknown', changed, message: describeInterruption(outcome) }
  const failure = { args: ['apply'], diagnostics: stream.diagnostics, stderr: outcome.stderr }
  const { message } = engineFailure(session, { ...failure, otherwise: 'APPLY_FAILED' })
  return { status: 'failed', changed, message }
}

function describeInterruption({ exitCode, signal, wasStopped }: CommandOutcome): string {
  const how = wasStopped ? 'was told to stop' : `ended by ${signal ?? `exit code ${exitCode}`}`
  return `the apply ${how} before it said that it was done: nobody knows what it changed; look at the plan of a new scan`
}
