import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { toDriftError } from '../../../src/domain/errors.js'
import type { ApplyOutcome } from '../../../src/domain/proposal.js'
import { createRedactor } from '../../../src/lib/redact.js'
import type { CommandOutcome } from '../../../src/lib/run-command.js'
import type { ApplyRun, DetectRequest } from '../../../src/scan/provider.js'
import type { PlaybookPlace } from '../check-playbook.js'
import type { CallbackEvent, ResultEvent, TaskEvent } from '../events.js'
import { actionOf, addressOf } from '../finding.js'
import type { AnsibleOptions } from '../options.js'
import { readEvents } from '../read-events.js'
import { makeRunFolders } from '../run-folders.js'
import { runPlaybook } from '../run-playbook.js'

/** A playbook that was checked, and where. */
export interface ApplyRequest {
  readonly request: DetectRequest<AnsibleOptions>
  readonly place: PlaybookPlace
}

/**
 * Runs the playbook for real, with the command line of the check less `--check`, and says what it changed. Never throws.
 * `failed`: a task failed or a host was lost, as Ansible counts it; `unknown`: it was interrupted.
 */
export async function applyPlaybook({ request, place }: ApplyRequest, run: ApplyRun): Promise<ApplyOutcome> {
  const scrub = createRedactor([...request.secrets, ...run.secrets]).text
  const record = new RunRecord()
  const scratch = join(request.scratchFolder, 'apply')
  let mayHaveBegun = false
  const onStart = async (processGroup: number): Promise<void> => {
    await run.onStart(processGroup)
    mayHaveBegun = true
  }
  try {
    await mkdir(scratch, { mode: 0o700 })
    const outcome = await runIn(scratch, { request, place, record }, { ...run, onStart })
    return judge(outcome, record, scrub)
  } catch (error) {
    const status = mayHaveBegun ? 'unknown' : 'failed'
    return { status, changed: record.changed, message: scrub(toDriftError(error).message) }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function runIn(
  scratch: string,
  { request, place, record }: ApplyRequest & { readonly record: RunRecord },
  run: ApplyRun,
): Promise<CommandOutcome> {
  const folders = await makeRunFolders(scratch, place.config, run.env)
  try {
    return await runPlaybook({
      ...place,
      folders,
      env: run.env,
      secrets: [...request.secrets, ...run.secrets],
      key: request.key,
      signal: run.signal,
      onEngine: request.onEngine,
      hold: { folder: scratch, onStart: run.onStart },
    })
  } finally {
    await readEvents(folders.events, (event) => record.take(event))
    await folders.remove()
  }
}

function judge(outcome: CommandOutcome, record: RunRecord, scrub: (text: string) => string): ApplyOutcome {
  const { changed } = record
  if (outcome.wasStopped || outcome.exitCode === null || outcome.exitCode > 128)
    return {
      status: 'unknown',
      changed,
      message: 'the run was interrupted: nobody knows what is half done; scan again',
    }
  if (outcome.exitCode === 0 && record.hasStats) return { status: 'applied', changed, message: null }
  const why = record.firstFailure ?? `ansible-playbook ended with exit code ${outcome.exitCode}`
  return { status: 'failed', changed, message: scrub(why) }
}

/** What a real run says that it did. */
class RunRecord {
  readonly #tasks = new Map<number, TaskEvent>()
  readonly #changed: ApplyOutcome['changed'][number][] = []
  firstFailure: string | null = null
  hasStats = false

  get changed(): ApplyOutcome['changed'] {
    return this.#changed
  }

  take(event: CallbackEvent): void {
    if (event.t === 'task') this.#tasks.set(event.id, event)
    if (event.t === 'stats') this.hasStats = true
    if (event.t !== 'result') return
    const task = this.#tasks.get(event.task)
    if (task !== undefined) this.#result(task, event)
  }

  #result(task: TaskEvent, result: ResultEvent): void {
    const address = addressOf(task, result)
    if ((result.s === 'failed' && !result.ignored) || result.s === 'unreachable')
      this.firstFailure ??= `${result.host}: ${address}: ${result.msg ?? result.s}`
    if (!result.changed || result.s === 'failed') return
    this.#changed.push({ address, host: result.target ?? result.host, action: actionOf(task, result) })
  }
}
