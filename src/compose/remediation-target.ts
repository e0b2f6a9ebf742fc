import type { Config } from '../config/schema.js'
import { DriftError } from '../domain/errors.js'
import type { RewrittenHistory } from '../domain/repository-state.js'
import type { Forge } from '../forge/forge.js'
import type { ForgePlugin } from '../forge/forge-plugin.js'
import { lookAtRepository } from '../git/look-at-repository.js'
import type { Repository } from '../git/repository.js'
import type { RemediationTarget, StackThing } from '../remediate/remediation-target.js'
import { holdPlan } from '../scan/hold-plan.js'
import type { ScanJob, ScanTools } from '../scan/scan-job.js'
import { scanStack } from '../scan/scan-stack.js'
import type { DriftStore } from '../store/drift-store.js'
import { cannotRemediate, createForge } from './create-forge.js'
import { openConfiguredRepository } from './open-configured-repository.js'
import { readRequestCode } from './read-request-code.js'
import { openFreezeWindows } from './remediation-policy.js'
import {
  createTrackedRepository,
  type TrackedRepository,
  type TrackedRepositoryParts,
  type TrackedStack,
} from './tracked-repository.js'

/** What a repository is opened with for remediation. */
export interface RemediableParts extends TrackedRepositoryParts {
  readonly forges: readonly ForgePlugin[]
  readonly tools: ScanTools
  readonly drifts: Pick<DriftStore, 'drifts'>
  /** No daemon watches the repository: what is seen of its history is written down here. */
  readonly isAlone: boolean
}

/** A repository at its newest commit, whose stacks can be remediated. */
export interface RemediableRepository {
  /** Null where it has no such stack now. Throws REMEDIATION_UNSUPPORTED. */
  targetOf(stack: string): Promise<RemediationTarget | null>
  /** Files of requests on the tracked branch. */
  requestFiles(): readonly string[]
  release(): Promise<void>
}

/**
 * Opens a repository at what its remote has now: never at an older commit, as scans may. Throws the errors of a checkout,
 * of the forge, and REMEDIATION_UNSUPPORTED where it is no Git repository or tracks no branch.
 */
export async function openRemediable(
  parts: RemediableParts,
  signal: AbortSignal,
): Promise<RemediableRepository> {
  const git = await openConfiguredRepository(parts)
  const scratchFolder = parts.tools.folders.scratch
  const { forge, baseBranch } = await createForge({ ...parts, git, scratchFolder, signal })
  const rewritten = await seeHistory(git, parts, signal)
  const opened = await createTrackedRepository(parts).open(signal)
  const { commit: tip } = opened
  const { history } = git
  return {
    async targetOf(name) {
      const stack = opened.stacks.find((one) => one.stack.name === name)
      if (stack === undefined || history === null || tip === null) return null
      return buildTarget({ parts, opened, stack, forge, history, baseBranch, tip, rewritten })
    },
    requestFiles: () => opened.tree.files.filter((file) => file.startsWith('.drift/requests/')),
    release: () => opened.release(),
  }
}

/** The tracked branch may only ever grow; where it was rewritten, somebody must say that this is as it should be (T11). */
async function seeHistory(
  git: Repository,
  { isAlone, tools: { clock } }: RemediableParts,
  signal: AbortSignal,
): Promise<RewrittenHistory | null> {
  if (isAlone) {
    const seen = await lookAtRepository({
      open: async () => git,
      clock,
      signal,
      onObservation: async () => {},
    })
    if (seen?.status === 'unreachable') throw new DriftError(seen.code, seen.message)
    return (await git.memory?.read())?.rewritten ?? null
  }
  const found = await git.fetchTip(signal)
  const state = await git.memory?.read()
  if (state?.rewritten) return state.rewritten
  const from = state?.commit ?? null
  const to = found?.commit ?? null
  if (from === null || to === null || (await git.history?.isAncestor(from, to))) return null
  // the daemon will see it too, and keep it until somebody acknowledges it
  return { from, to, at: clock.now().toISOString() }
}

interface TargetContext {
  readonly parts: RemediableParts
  readonly opened: TrackedRepository
  readonly stack: TrackedStack
  readonly forge: Forge
  readonly history: NonNullable<Repository['history']>
  readonly baseBranch: string
  readonly tip: string
  readonly rewritten: RewrittenHistory | null
}

function buildTarget(context: TargetContext): RemediationTarget {
  const { parts, opened, stack: tracked, forge, history, baseBranch, tip, rewritten } = context
  const { stack, provider } = tracked
  const actions = provider.remediationActions ?? []
  if (provider.prepare === undefined || actions.length === 0)
    throw cannotRemediate(parts.repository, `stacks of ${provider.name} cannot be carried out`)
  const { name, path, labels } = stack
  const target = { repository: opened.name, baseBranch, stack: name, provider: provider.name, path, labels }
  const { remediation } = parts.loaded.config
  const { tools } = parts
  const jobOf = (signal: AbortSignal): ScanJob => ({
    ...tracked,
    openCheckout: () => opened.checkoutOf(stack),
    signal,
  })
  return {
    stack: target,
    actions,
    forge,
    tip,
    history,
    rewritten,
    openWindows: () => openFreezeWindows(remediation, target, tools.clock.now().getTime()),
    readCode: () => readRequestCode({ provider, stack, tree: opened.tree, commit: tip, history }),
    async plan(scope, signal, use) {
      const checkout = await opened.checkoutOf(stack)
      const wish = { checkout, scope, applyEnvironment: tracked.applyEnvironment }
      return holdPlan(jobOf(signal), tools, wish, (plan) =>
        use({
          proposal: plan.proposal,
          apply: (wished, onEngine) =>
            plan.apply({ signal: withApplyTimeout(wished, name, remediation), onEngine }),
        }),
      )
    },
    async scan(carriedOut, signal) {
      const remediated = await fingerprintsOf(parts, name, carriedOut)
      return scanStack({ ...jobOf(signal), remediated }, tools)
    },
  }
}

function withApplyTimeout(
  signal: AbortSignal,
  stack: string,
  { applyTimeoutMs }: Config['remediation'],
): AbortSignal {
  const controller = new AbortController()
  const seconds = applyTimeoutMs / 1_000
  const reason = new DriftError(
    'TIMEOUT',
    `carrying out ${stack} took longer than applyTimeout, ${seconds} s`,
  )
  // does not keep the process alive
  setTimeout(() => controller.abort(reason), applyTimeoutMs).unref()
  return AbortSignal.any([signal, controller.signal])
}

async function fingerprintsOf(
  { drifts }: RemediableParts,
  stack: string,
  things: readonly StackThing[],
): Promise<readonly string[]> {
  if (things.length === 0) return []
  const names = new Set(things.map(({ address, host }) => JSON.stringify([address, host])))
  const known = await drifts.drifts([stack])
  return known
    .filter(({ record }) => names.has(JSON.stringify([record.address, record.host])))
    .map(({ fingerprint }) => fingerprint)
}
