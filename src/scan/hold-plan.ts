import { DriftError, toDriftError } from '../domain/errors.js'
import type { ApplyOutcome, PlannedChange, Proposal, RemediationScope } from '../domain/proposal.js'
import type { JsonValue } from '../domain/record.js'
import { makeScratchFolder } from '../lib/private-folder.js'
import { createRedactor, type Redactor } from '../lib/redact.js'
import { holdStack } from './hold-stack.js'
import type { ApplyRun, Checkout, Prepared } from './provider.js'
import { describeRunning, startAttempt } from './scan-attempt.js'
import type { EngineEnvironment, ScanJob, ScanTools } from './scan-job.js'
import { beginNotes } from './scan-journal.js'

/** A plan that is held, with the stack and its slot, until it was used. */
export interface HeldPlan {
  readonly proposal: Proposal
  /** Carries it out with the rights for that; `onEngine` as in `ApplyRun.onStart`. */
  apply(run: Pick<ApplyRun, 'signal'> & { onEngine: ApplyRun['onStart'] }): Promise<ApplyOutcome>
}

/** What is planned, and what carrying it out needs. */
export interface PlanWish {
  readonly checkout: Checkout
  readonly scope: RemediationScope
  applyEnvironment(): Promise<EngineEnvironment>
}

/**
 * Plans what carrying out would do, as a scan is made: one slot of the machine, the stack's own lock, engines written down
 * before they run. Throws what a scan fails with, and REMEDIATION_UNSUPPORTED. What the provider says is scrubbed once more.
 */
export async function holdPlan<T>(
  job: ScanJob,
  tools: ScanTools,
  wish: PlanWish,
  use: (plan: HeldPlan) => Promise<T>,
): Promise<T> {
  const { prepare } = job.provider
  if (prepare === undefined)
    throw new DriftError(
      'REMEDIATION_UNSUPPORTED',
      `stacks of ${job.provider.name} cannot be remediated: correct ${job.stack.name} by hand`,
    )
  return holdStack(job, tools, wish.checkout, async (held) => {
    const { warnings: _, ...environment } = await job.engineEnvironment()
    const redactor = createRedactor(environment.secrets)
    const scratch = await makeScratchFolder(tools.folders.scratch)
    const deadline = detachable(held.signal)
    try {
      const plan = noteEngines(job, tools, async (onEngine) =>
        prepare({
          ...held,
          ...environment,
          ...(await recall(job, tools)),
          signal: deadline.signal,
          stack: job.stack,
          checkout: wish.checkout,
          scope: wish.scope,
          key: tools.key,
          cacheFolder: tools.folders.cache,
          scratchFolder: scratch.path,
          onPhase: (phase) => tools.onEvent({ type: 'phase', stack: job.stack.name, phase }),
          onEngine,
        }),
      )
      const prepared = await scrubbingErrors(redactor, plan)
      // the time of a scan is not that of carrying out
      deadline.detach()
      try {
        const proposal = scrub(prepared.proposal, redactor)
        return await use({ proposal, apply: (run) => apply(prepared, wish, run) })
      } finally {
        await prepared.release?.()
      }
    } finally {
      deadline.detach()
      await scratch.remove()
    }
  })
}

async function apply(
  prepared: Prepared,
  { applyEnvironment }: PlanWish,
  { signal, onEngine }: Parameters<HeldPlan['apply']>[0],
): Promise<ApplyOutcome> {
  const { env, secrets } = await applyEnvironment()
  const redactor = createRedactor(secrets)
  const applying = prepared.apply({ env, secrets, signal, onStart: onEngine })
  const outcome = await scrubbingErrors(redactor, applying)
  return { ...outcome, message: outcome.message === null ? null : redactor.text(outcome.message) }
}

async function scrubbingErrors<T>(redactor: Redactor, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { code, message } = toDriftError(error)
    throw new DriftError(code, redactor.text(message), { cause: error })
  }
}

/** A signal that follows another one until it is detached. */
function detachable(followed: AbortSignal): { readonly signal: AbortSignal; detach(): void } {
  const controller = new AbortController()
  const follow = (): void => controller.abort(followed.reason)
  if (followed.aborted) follow()
  followed.addEventListener('abort', follow, { once: true })
  return { signal: controller.signal, detach: () => followed.removeEventListener('abort', follow) }
}

/** As with a scan: after a kill somebody must know what was left behind. There is no scan, so nothing is stored of it. */
async function noteEngines(
  job: ScanJob,
  tools: ScanTools,
  plan: (onEngine: (groupId: number) => void) => Promise<Prepared>,
): Promise<Prepared> {
  const attempt = startAttempt(job.stack, {
    clock: tools.clock,
    newId: tools.newId,
    onPhase: () => undefined,
  })
  attempt.begin('plan')
  const running = describeRunning(attempt, tools.clock.now())
  const notes = await beginNotes(tools.journal, running, () => 'plan')
  try {
    return await plan(notes.onEngine)
  } finally {
    await notes.settle()
    await tools.journal?.abandon(attempt.id)
  }
}

async function recall({ stack }: ScanJob, { store }: ScanTools) {
  const [summary] = (await store?.stackSummaries([stack.name])) ?? []
  return {
    baseline: (await store?.baseline(stack.name)) ?? null,
    hasGoodScan: (summary?.lastGoodScanAt ?? null) !== null,
  }
}

/** The last door before a request is written and shown: what a provider forgot to scrub stops here. */
function scrub(proposal: Proposal, { text, value }: Redactor): Proposal {
  const { changes, unpreviewed, warnings, bindings } = proposal
  return {
    ...proposal,
    changes: changes.map(
      (change): PlannedChange => ({
        ...change,
        ...(value({ address: change.address, host: change.host }) as Pick<PlannedChange, 'address' | 'host'>),
        attributes: change.attributes.map(
          (attribute) => value(attribute as unknown as JsonValue) as unknown as typeof attribute,
        ),
      }),
    ),
    unpreviewed: unpreviewed.map(text),
    warnings: warnings.map(text),
    bindings: value(bindings) as Proposal['bindings'],
  }
}
