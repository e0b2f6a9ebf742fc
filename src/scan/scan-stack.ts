import { toDriftError } from '../domain/errors.js'
import { applyIgnoreRules, type Ignoring } from '../domain/ignore-rule.js'
import { compareRecords } from '../domain/record.js'
import type { Coverage, PhaseName, Scan, ScanError, ScanStatus, ScanWarning } from '../domain/scan.js'
import { decideSeverity, type SeverityRule } from '../domain/severity-rule.js'
import type { Stack } from '../domain/stack.js'
import { decideStatus } from '../domain/verdict.js'
import type { Clock } from '../lib/clock.js'
import { failpoint } from '../lib/failpoint.js'
import { withFileLock } from '../lib/file-lock.js'
import { ensurePrivateFolder, makeScratchFolder } from '../lib/private-folder.js'
import { createRedactor } from '../lib/redact.js'
import type { Store } from '../store/store.js'
import type { Admission } from './admission.js'
import { createDeadline } from './deadline.js'
import type { Checkout, Detection, Provider } from './provider.js'
import { type Attempt, describeRunning, startAttempt } from './scan-attempt.js'
import { type ScanFolders, stackFolder } from './scan-folders.js'
import { beginNotes, type ScanJournal } from './scan-journal.js'

/** One stack to be scanned now. */
export interface ScanJob {
  readonly stack: Stack
  readonly provider: Provider
  /** The files of the stack's commit; shared by the stacks of that commit. */
  openCheckout(): Promise<Checkout>
  /** The engine's environment, and the secret values in it. */
  engineEnvironment(): Promise<EngineEnvironment>
  readonly signal: AbortSignal
}

/** What an engine is given. */
export interface EngineEnvironment {
  readonly env: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  /** What a person should know of it, such as variables that were not passed on. */
  readonly warnings: readonly ScanWarning[]
}

/** The parts that scans share. */
export interface ScanTools {
  readonly clock: Clock
  readonly admission: Admission
  readonly folders: ScanFolders
  /** The key of content hashes. */
  readonly key: Buffer
  /** The user's severity table; the provider's own comes after it. */
  readonly severityRules: readonly SeverityRule[]
  /** Null for a one-shot comparison, which has no memory. */
  readonly store: Store | null
  /** Null with it. */
  readonly journal: ScanJournal | null
  /** A new id that sorts by time. */
  newId(): string
  onEvent(event: ScanEvent): void
}

/** What a progress display and the log are told. */
export type ScanEvent =
  | { readonly type: 'waiting' | 'started'; readonly stack: string }
  | { readonly type: 'phase'; readonly stack: string; readonly phase: PhaseName }
  | { readonly type: 'finished'; readonly stack: string; readonly scan: Scan }

/** What the caller of a scan wants to hear, and how it stops it. */
export interface Watcher {
  readonly signal: AbortSignal
  onEvent(event: ScanEvent): void
}

const NO_COVERAGE: Coverage = { verified: 0, applicable: 0, unverified: [], executed: [] }
import type { Scan } from '../domain/scan.js'
import { decideSeverity } from '../domain/severity-rule.js'
import { type Attempt, describeAttempt, failAttempt, startAttempt } from './attempt.js'
import { detectStack } from './detect-stack.js'
import { expiredWarnings, followScan } from './follow-scan.js'
import { type HeldStack, holdStack } from './hold-stack.js'
import type { Checkout, Detection } from './provider.js'
import type { ScanJob, ScanTools } from './scan-job.js'

/**
 * Scans one stack: checkout, detect, judge, follow, store. Never throws: what goes wrong is a scan with status
 * `failed`, its phase and its code, so that one stack never stops another.
 */
export async function scanStack(job: ScanJob, tools: ScanTools): Promise<Scan> {
  tools.onEvent({ type: 'waiting', stack: job.stack.name })
  const attempt = beginAttempt(job, tools)
  let scan: Scan
  try {
    const checkout = await openCheckout(job, attempt)
    scan = await holdStack(job, tools, checkout, async (held) => {
      const memory = await recall(job, tools)
      const detection = await detect(job, tools, { attempt, checkout, held, memory })
      const verdict = judge(job, tools, { attempt, detection })
      return store(job, tools, { ...verdict, attempt, memory, nextBaseline: detection.nextBaseline })
    })
  } catch (error) {
    scan = await storeFailure(fail(attempt, toDriftError(error)), tools)
    scan = await storeFailure(failAttempt(job, attempt, toDriftError(error)), tools)
  }
  tools.onEvent({ type: 'finished', stack: job.stack.name, scan })
  return scan
}

function beginAttempt({ stack }: ScanJob, { clock, newId, onEvent }: ScanTools): Attempt {
  return startAttempt(stack, {
    clock,
    newId,
    onPhase: (phase) => onEvent({ type: 'phase', stack: stack.name, phase }),
  })
}

async function openCheckout(job: ScanJob, attempt: Attempt): Promise<Checkout> {
  job.signal.throwIfAborted()
  attempt.begin('checkout')
  const checkout = await job.openCheckout()
  attempt.commit = checkout.commit
  failpoint('scan.checked-out')
  failpoint('scan.after-checkout')
  return checkout
}

/** What the store knows of a stack from earlier scans. */
interface Memory {
  readonly baseline: string | null
  readonly lastGoodScanAt: string | null
}

async function recall({ stack }: ScanJob, { store }: ScanTools): Promise<Memory> {
  if (store === null) return { baseline: null, lastGoodScanAt: null }
  const [summary] = await store.stackSummaries([stack.name])
  return { baseline: await store.baseline(stack.name), lastGoodScanAt: summary?.lastGoodScanAt ?? null }
}

async function detect(
  job: ScanJob,
  tools: ScanTools,
  context: {
    readonly attempt: Attempt
    readonly checkout: Checkout
    readonly held: HeldStack
    readonly memory: Memory
  },
): Promise<Detection> {
  const { warnings, ...environment } = await job.engineEnvironment()
  const memory = await recall(job.stack.name, tools.store)
  const notes = await beginNotes(tools.journal, describeRunning(context.attempt, tools.clock.now()), () =>
    context.attempt.phase(),
  )
  const scratch = await makeScratchFolder(tools.folders.scratch)
  try {
    const detection = await job.provider.detect({
      stack: job.stack,
      checkout: context.checkout,
      ...memory,
      ...environment,
      key: tools.key,
      cacheFolder: tools.folders.cache,
      dataFolder: context.dataFolder,
      scratchFolder: scratch.path,
      signal: context.signal,
      onPhase: (phase) => context.attempt.begin(phase),
      onEngine: notes.onEngine,
    })
    failpoint('scan.detected')
    const told = [...warnings, ...detection.warnings]
    const speak = messageFilter(context.checkout, environment.secrets)
    return {
      ...detection,
      warnings: told.map((warning) => ({ ...warning, message: speak(warning.message) })),
    }
  } catch (error) {
    const { code, message } = toDriftError(error)
    const speak = messageFilter(context.checkout, environment.secrets)
    throw new DriftError(code, speak(message), { cause: error })
  } finally {
    await notes.settle()
    await scratch.remove()
  }
  const { attempt, checkout, held, memory } = context
  const detection = await detectStack(job, tools, {
    ...held,
    checkout,
    baseline: memory.baseline,
    hasGoodScan: memory.lastGoodScanAt !== null,
    onPhase: (phase) => attempt.begin(phase),
  })
  failpoint('scan.after-detect')
  return detection
}

/** What a scan found out, and which ignore rules had a part in it. */
interface Verdict {
  readonly scan: Scan
  readonly hits: Ignoring['hits']
}

function judge(
  job: ScanJob,
  tools: ScanTools,
  { attempt, detection }: { readonly attempt: Attempt; readonly detection: Detection },
): Verdict {
  const severities = [...tools.severityRules, ...job.provider.severityRules]
  const found = detection.findings
    .map((finding) => ({ ...finding, severity: decideSeverity(finding, severities) }))
    .sort(compareRecords)
  const rules = job.following?.rules ?? []
  const { records, hits, expired } = applyIgnoreRules(found, rules, attempt.startedAt)
  const status = decideStatus({ ...detection, records, minCoverage: job.stack.minCoverage })
  const verdict = { status, coverage: detection.coverage, error: null, warnings: detection.warnings, records }
  return { ...attempt.describe(), ...verdict }
}

function fail(attempt: Attempt, error: DriftError): Scan {
  const { code, message, retryable } = error
  const failure: ScanError = { code, phase: attempt.phase(), message, retryable }
  const status: ScanStatus = 'failed'
  return {
    ...attempt.describe(),
    status,
    coverage: NO_COVERAGE,
    error: failure,
    warnings: [],
    records: [],
  }
  const warnings = [...detection.warnings, ...expiredWarnings(expired)]
  const verdict = { status, coverage: detection.coverage, error: null, warnings, records }
  return { scan: { ...describeAttempt(job, attempt), ...verdict }, hits }
}

/** A verdict that could not be written down is none (P1): the scan becomes `failed` in the phase `store`. */
async function store(
  job: ScanJob,
  tools: ScanTools,
  context: Verdict & {
    readonly attempt: Attempt
    readonly memory: Memory
    readonly nextBaseline: string | null
  },
): Promise<Scan> {
  if (context.tools.store === null) return scan
  context.attempt.begin('store')
  failpoint('scan.before-store')
  await context.tools.store.saveScan({ scan, nextBaseline: scan.status === 'in-sync' ? nextBaseline : null })
  failpoint('scan.stored')
  const { scan, hits, attempt, memory, nextBaseline } = context
  const { following } = job
  if (tools.store === null) return scan
  attempt.begin('store')
  const followed =
    following &&
    (await followScan(job, tools, { scan, hits, following, lastGoodScanAt: memory.lastGoodScanAt }))
  await tools.store.saveScan({
    scan,
    nextBaseline: scan.status === 'in-sync' ? nextBaseline : null,
    ...followed,
  })
  failpoint('scan.after-store')
  return scan
}

/**
 * A failed scan is stored too, so that it is seen; when the store itself is what fails, the scan says so already, and is
 * running no longer.
 */
async function storeFailure(scan: Scan, tools: ScanTools): Promise<Scan> {
  const isStored =
    scan.error?.phase !== 'store' &&
    (await tools.store?.saveScan({ scan, nextBaseline: null }).then(
      () => true,
      () => false,
    ))
  if (!isStored) await tools.journal?.abandon(scan.id).catch(() => undefined)
  return scan
}
