import { type DriftError, toDriftError } from '../domain/errors.js'
import { applyIgnoreRules, type Ignoring } from '../domain/ignore-rule.js'
import { compareRecords } from '../domain/record.js'
import type { Coverage, Scan } from '../domain/scan.js'
import { decideSeverity } from '../domain/severity-rule.js'
import { decideStatus } from '../domain/verdict.js'
import { failpoint } from '../lib/failpoint.js'
import { detectStack } from './detect-stack.js'
import { expiredWarnings, followScan } from './follow-scan.js'
import { type HeldStack, holdStack } from './hold-stack.js'
import type { Checkout, Detection } from './provider.js'
import { type Attempt, describeRunning, startAttempt } from './scan-attempt.js'
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
    scan = await holdStack(job, tools, checkout, async (held, slot) => {
      const memory = await recall(job, tools)
      const detection = await detect(job, tools, { attempt, checkout, held, memory })
      slot.release()
      const verdict = judge(job, tools, { attempt, detection })
      return store(job, tools, { ...verdict, attempt, memory, detection })
    })
  } catch (error) {
    scan = await storeFailure(fail(attempt, toDriftError(error)), tools)
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
  return checkout
}

/** What is known of a stack before it is looked at: what earlier scans left, and which code it has now. */
interface Memory {
  readonly baseline: string | null
  readonly lastGoodScanAt: string | null
  readonly code: string | null
}

async function recall({ stack, following }: ScanJob, { store, key }: ScanTools): Promise<Memory> {
  if (store === null) return { baseline: null, lastGoodScanAt: null, code: null }
  const [summary] = await store.stackSummaries([stack.name])
  return {
    baseline: await store.baseline(stack.name),
    lastGoodScanAt: summary?.lastGoodScanAt ?? null,
    code: following === null ? null : await following.codeDigest(key),
  }
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
  const { attempt, checkout, held, memory } = context
  return detectStack(job, tools, {
    ...held,
    checkout,
    baseline: memory.baseline,
    code: memory.code,
    hasGoodScan: memory.lastGoodScanAt !== null,
    running: describeRunning(attempt, tools.clock.now()),
    phase: () => attempt.phase(),
    onPhase: (phase) => attempt.begin(phase),
  })
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
  const warnings = [...detection.warnings, ...expiredWarnings(expired)]
  const verdict = { status, coverage: detection.coverage, error: null, warnings, records }
  return { scan: { ...attempt.describe(), ...verdict }, hits }
}

/** A verdict that could not be written down is none (P1): the scan becomes `failed` in the phase `store`. */
async function store(
  job: ScanJob,
  tools: ScanTools,
  context: Verdict & {
    readonly attempt: Attempt
    readonly memory: Memory
    readonly detection: Detection
  },
): Promise<Scan> {
  const { scan, hits, attempt, memory, detection } = context
  const { nextBaseline, plugins } = detection
  const { following } = job
  if (tools.store === null) return scan
  attempt.begin('store')
  const followed = following && followScan(job, tools, { scan, hits, following, memory })
  failpoint('scan.before-store')
  await tools.store.saveScan({
    scan,
    nextBaseline: scan.status === 'in-sync' ? nextBaseline : null,
    ...(plugins && { plugins }),
    ...followed,
  })
  failpoint('scan.stored')
  return scan
}

function fail(attempt: Attempt, error: DriftError): Scan {
  const { code, message, retryable } = error
  const failure = { code, phase: attempt.phase(), message, retryable }
  return {
    ...attempt.describe(),
    status: 'failed',
    coverage: NO_COVERAGE,
    error: failure,
    warnings: [],
    records: [],
  }
}

const NO_COVERAGE: Coverage = { verified: 0, applicable: 0, unverified: [], executed: [] }

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
