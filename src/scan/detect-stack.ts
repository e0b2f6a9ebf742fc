import { DriftError, toDriftError } from '../domain/errors.js'
import type { PhaseName } from '../domain/scan.js'
import { failpoint } from '../lib/failpoint.js'
import { type GroupMemory, watchGroupMemory } from '../lib/group-memory.js'
import { makeScratchFolder } from '../lib/private-folder.js'
import { createRedactor } from '../lib/redact.js'
import type { Checkout, Detection } from './provider.js'
import type { ScanJob, ScanTools } from './scan-job.js'
import { beginNotes, type ScanJournal } from './scan-journal.js'

/** What one detection is given beside its job. */
export interface DetectContext {
  readonly checkout: Checkout
  /** Ends the detection: interrupted, or out of time. */
  readonly signal: AbortSignal
  /** The stack's own folder, locked. */
  readonly dataFolder: string
  readonly baseline: string | null
  readonly code: string | null
  readonly hasGoodScan: boolean
  /** What is written down of the scan before its first engine starts. */
  readonly running: Parameters<ScanJournal['begin']>[0]
  phase(): PhaseName
  onPhase(phase: PhaseName): void
}

/** Asks the provider what differs. What it says is free of secrets and of the paths of worktrees; its scratch folder is gone. */
export async function detectStack(
  job: ScanJob,
  tools: ScanTools,
  context: DetectContext,
): Promise<Detection> {
  const { warnings, ...environment } = await job.engineEnvironment()
  const speak = messageFilter(context.checkout, environment.secrets)
  const { running, phase, ...given } = context
  const notes = await beginNotes(tools.journal, running, phase)
  const memory = measureEngines()
  const scratch = await makeScratchFolder(tools.folders.scratch)
  try {
    const detection = await job.provider.detect({
      ...given,
      ...environment,
      stack: job.stack,
      key: tools.key,
      cacheFolder: tools.folders.cache,
      scratchFolder: scratch.path,
      onEngine: (groupId) => {
        memory.onEngine(groupId)
        notes.onEngine(groupId)
      },
    })
    failpoint('scan.detected')
    const told = [...warnings, ...detection.warnings]
    return {
      ...detection,
      warnings: told.map((warning) => ({ ...warning, message: speak(warning.message) })),
    }
  } catch (error) {
    const { code, message } = toDriftError(error)
    throw new DriftError(code, speak(message), { cause: error })
  } finally {
    await notes.settle()
    await learn(job, tools, memory.end())
    await scratch.remove()
  }
}

/** The most memory that the engines of one detection took, one after the other or side by side. */
function measureEngines() {
  const engines: GroupMemory[] = []
  return {
    onEngine(groupId: number): void {
      engines.push(watchGroupMemory(groupId))
    },
    end: () => engines.reduce((most, engine) => Math.max(most, engine.end() ?? 0), 0),
  }
}

async function learn({ stack }: ScanJob, { learnedMemory }: ScanTools, peakBytes: number): Promise<void> {
  if (peakBytes > 0) await learnedMemory?.learn(stack.name, peakBytes)
}

/**
 * The last door before storing and showing: what a provider forgot to scrub stops here. Paths of a worktree, which
 * nobody but driftd knows, become those of the repository.
 */
function messageFilter({ mode, root }: Checkout, secrets: readonly string[]): (message: string) => string {
  const redactor = createRedactor(secrets)
  return (message) => redactor.text(mode === 'worktree' ? message.replaceAll(`${root}/`, '') : message)
}
