import { toDriftError } from '../domain/errors.js'
import type { RemediationOutcome } from '../domain/remediation-outcome.js'
import type { ForgePlugin } from '../forge/forge-plugin.js'
import { systemClock } from '../lib/clock.js'
import type { Logger } from '../lib/logger.js'
import { remediateStack } from '../remediate/remediate-stack.js'
import type { RemediationWish } from '../remediate/remediation-run.js'
import type { RemediationTools } from '../remediate/remediation-tools.js'
import type { Remediator } from '../remediate/remediator.js'
import { createRemediatorLoop, type RemediatorSignals } from '../remediate/remediator-loop.js'
import { takeOverStack } from '../remediate/take-over.js'
import type { ScanTools } from '../scan/scan-job.js'
import type { OpenedStore } from '../store/open-store.js'
import type { Ground } from './ground.js'
import { createRemediationTools } from './remediation.js'
import { openRemediable, type RemediableParts, type RemediableRepository } from './remediation-target.js'

/** What a daemon's remediator is made of. */
export interface DaemonRemediatorParts extends Ground {
  readonly forges: readonly ForgePlugin[]
  readonly accounts: RemediableParts['accounts']
  readonly tools: ScanTools
  readonly log: Logger
}

/** An open request is planned anew this often, to see whether it is still what would be done. */
const PLAN_EVERY_MS = 3_600_000
/** More requests than people can read are not proposed by themselves. */
const MAX_OPEN_BY_ITSELF = 10
const REQUESTER = 'driftd'

/** Advances requests while a daemon leads. Null where remediation is switched off. Throws KEY_MISSING, PERMISSION_DENIED. */
export async function createDaemonRemediator(parts: DaemonRemediatorParts): Promise<Remediator | null> {
  const { loaded, log } = parts
  if (!loaded.config.remediation.enabled) return null
  const isAlone = async () => false
  const onWarning = (message: string): void => log.warn(message)
  const remediation = await createRemediationTools({ ...parts, isAlone, onWarning })
  const memory: Memory = { plannedAtMs: new Map(), considered: new Map() }
  return createRemediatorLoop({
    clock: systemClock,
    log,
    repositories: loaded.config.repositories.map(({ name }) => name),
    advance: (repository, signals) => advanceRepository(repository, signals, { parts, remediation, memory }),
  })
}

/** What need not survive a restart. */
interface Memory {
  /** When the open request of a stack was planned anew last, by the clock that never goes back. */
  readonly plannedAtMs: Map<string, number>
  /** The last scan of a stack after which it was thought of proposing something. */
  readonly considered: Map<string, string>
}

interface Context {
  readonly parts: DaemonRemediatorParts
  readonly remediation: RemediationTools
  readonly memory: Memory
}

async function advanceRepository(name: string, signals: RemediatorSignals, context: Context): Promise<void> {
  const { parts, remediation } = context
  const { loaded, store } = parts
  const repository = loaded.config.repositories.find((one) => one.name === name)
  if (repository === undefined) return
  // what a dead process left is told also where the repository or the stack cannot be had
  for (const { stack } of (await openRequestsOf(name, store)).filter(({ state }) => state !== 'proposed'))
    await takeOverStack(stack, remediation)
  const requests = [...(await openRequestsOf(name, store)), ...(await unverifiedRequestsOf(name, store))]
  const stacks = new Set([...requests.map(({ stack }) => stack), ...(await stacksToPropose(name, context))])
  if (stacks.size === 0) return
  const opened = await openRemediable(
    { ...parts, repository, drift: store.drift, drifts: store.drift, isAlone: false },
    signals.signal,
  )
  try {
    for (const stack of stacks) {
      if (signals.signal.aborted) return
      await advanceStack(stack, opened, { ...context, signals })
    }
  } finally {
    await opened.release()
  }
}

/** One stack never stops another. */
async function advanceStack(
  stack: string,
  opened: RemediableRepository,
  context: Context & { readonly signals: RemediatorSignals },
): Promise<void> {
  const { parts, remediation: tools, signals } = context
  const { log } = parts
  try {
    const target = await opened.targetOf(stack)
    if (target === null) return
    logOutcome(log, await remediateStack({ wish: wishFor(stack, context), target, tools, ...signals }))
  } catch (error) {
    if (signals.signal.aborted) return
    log.error('requests of a stack could not be advanced', { stack, error: toDriftError(error) })
  }
}

async function openRequestsOf(repository: string, { ledger }: OpenedStore) {
  return (await ledger.openRequests()).filter((one) => one.repository === repository)
}

async function unverifiedRequestsOf(repository: string, { ledger }: OpenedStore) {
  return (await ledger.unverifiedRequests()).filter((one) => one.repository === repository)
}

function wishFor(stack: string, { parts, memory }: Context): RemediationWish {
  const { trigger, propose } = parts.loaded.config.remediation
  const now = systemClock.monotonicMs()
  const mayPlan = now - (memory.plannedAtMs.get(stack) ?? Number.NEGATIVE_INFINITY) >= PLAN_EVERY_MS
  if (mayPlan) memory.plannedAtMs.set(stack, now)
  return {
    action: null,
    addresses: [],
    hosts: [],
    includePending: false,
    allowIrreversible: false,
    allowMassDelete: false,
    again: false,
    requester: REQUESTER,
    mayPropose: propose === 'auto',
    mayCarryOut: trigger === 'merge',
    mayPlan,
  }
}

/** Stacks with open drift that nobody has said anything about yet, once for each scan. */
async function stacksToPropose(repository: string, { parts, memory }: Context): Promise<readonly string[]> {
  const { loaded, store } = parts
  if (loaded.config.remediation.propose !== 'auto') return []
  if ((await store.ledger.openRequests()).length >= MAX_OPEN_BY_ITSELF) return []
  const names = (await store.knownStacks([repository])).map(({ name }) => name)
  const summaries = await store.stackSummaries(names)
  const drifted = summaries.filter(
    (one) => one !== null && one.status === 'drifted' && memory.considered.get(one.stack) !== one.lastScanAt,
  )
  const open = new Set(
    (await store.drift.drifts(drifted.flatMap((one) => one?.stack ?? [])))
      .filter(({ state }) => state === 'open')
      .map(({ stack }) => stack),
  )
  for (const one of drifted) if (one !== null) memory.considered.set(one.stack, one.lastScanAt)
  return [...open]
}

function logOutcome(log: Logger, { stack, status, message, request }: RemediationOutcome): void {
  const fields = { stack, status, message, request: request?.id }
  if (['refused', 'failed', 'unknown', 'not-converged'].includes(status)) log.warn('remediation', fields)
  else log.info('remediation', fields)
}
