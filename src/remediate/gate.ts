import { toDriftError } from '../domain/errors.js'
import type { GateCheck } from '../domain/gate-check.js'
import type { RemediationRequest } from '../domain/request.js'
import type { MergedPullRequest } from '../forge/forge.js'
import { checkApprovals, checkObjections } from './check-approvals.js'
import {
  checkFought,
  checkIrreversible,
  checkLimits,
  checkMassDelete,
  checkPending,
  type GuardedProposal,
} from './check-guards.js'
import {
  checkBytes,
  checkFiles,
  checkForgeAnswer,
  checkHead,
  checkHistory,
  checkPullRequest,
} from './check-merge.js'
import { checkBindings, checkCode, checkDigest, checkSummary } from './check-plan.js'
import {
  checkFresh,
  checkKnown,
  checkReadable,
  checkSignature,
  checkTarget,
  checkUnused,
} from './check-request.js'
import { checkEnabled, checkFreeze, checkWindows } from './check-switches.js'
import type { FreshPlan, GateBundle } from './gate-bundle.js'
import { type Finding, unknown } from './gate-result.js'
import { parseRequest, type RequestVerifier } from './request.js'

/** Checks by name. */
type Checks<Subject> = Readonly<Record<string, (subject: Subject) => Finding>>

/**
 * Every check of the gate, in the order of the protocol (docs/security.md). Pure: what it knows is in the bundle, and a
 * request is carried out only where every check passed. Checks of the plan are `unknown` until there is a fresh one.
 */
export function examineRequest(bundle: GateBundle, verifier: RequestVerifier): readonly GateCheck[] {
  const parsed = bundle.file.text === null ? null : parseRequest(bundle.file.text)
  const request = parsed?.ok ? parsed.request : null
  const [pull] = bundle.forge?.pullRequests ?? []
  return [
    ...run(BUNDLE_CHECKS, bundle),
    ...run(requestChecks(bundle, verifier), request, 'the request could not be read'),
    ...run({ 'one-pull-request': () => checkPullRequest(bundle) }, bundle.forge, 'the forge did not answer'),
    ...run(pullChecks(bundle, request), pull ?? null, 'there is no pull request to look at'),
    ...run(planChecks(bundle, request), request && bundle.fresh, 'no fresh plan was made yet'),
  ]
}

/** The checks that need no fresh plan: asked before a request is claimed. */
export function withoutPlan(checks: readonly GateCheck[]): readonly GateCheck[] {
  return checks.filter(({ name }) => !PLAN_CHECKS.has(name))
}

/** The checks of a plan alone: asked before anything is proposed. */
export function examineProposal(guarded: GuardedProposal): readonly GateCheck[] {
  return run(GUARDS, guarded)
}

const BUNDLE_CHECKS: Checks<GateBundle> = {
  'remediation-enabled': checkEnabled,
  'not-frozen': checkFreeze,
  'outside-freeze-windows': checkWindows,
  'history-intact': checkHistory,
  'request-readable': checkReadable,
  'not-used-before': checkUnused,
  'forge-answered': checkForgeAnswer,
}

const GUARDS: Checks<GuardedProposal> = {
  'within-limits': checkLimits,
  'nothing-irreversible': checkIrreversible,
  'no-mass-delete': checkMassDelete,
  'no-pending-code': checkPending,
  'not-fought': checkFought,
}

const PLAN_CHECKS: ReadonlySet<string> = new Set([
  'code-unchanged',
  'plan-unchanged',
  'summary-true',
  'bindings-unchanged',
  ...Object.keys(GUARDS),
])

function requestChecks(bundle: GateBundle, verifier: RequestVerifier): Checks<RemediationRequest> {
  return {
    'signed-by-this-store': (request) => checkSignature(request, verifier),
    'proposed-by-this-store': (request) => checkKnown(request, bundle),
    'not-expired': (request) => checkFresh(request, bundle),
    'for-this-stack': (request) => checkTarget(request, bundle),
  }
}

function pullChecks(bundle: GateBundle, request: RemediationRequest | null): Checks<MergedPullRequest> {
  return {
    'nothing-else-merged': (pull) => checkFiles(pull, bundle),
    'same-bytes': (pull) => checkBytes(pull, bundle),
    'head-known': (pull) => checkHead(pull, bundle),
    approved: (pull) => (request === null ? NO_REQUEST : checkApprovals(pull, request, bundle)),
    'nobody-objects': checkObjections,
  }
}

function planChecks(bundle: GateBundle, request: RemediationRequest | null): Checks<FreshPlan> {
  if (request === null) return Object.fromEntries([...PLAN_CHECKS].map((name) => [name, () => NO_REQUEST]))
  const { action, limits } = request
  const guards = Object.entries(GUARDS).map(
    ([name, check]) =>
      [
        name,
        ({ proposal }: FreshPlan) =>
          check({ action, limits, proposal, policy: bundle.policy, recent: bundle.recent }),
      ] as const,
  )
  return {
    'code-unchanged': (fresh) => checkCode(request, fresh),
    'plan-unchanged': (fresh) => checkDigest(request, fresh),
    'summary-true': (fresh) => checkSummary(request, fresh),
    'bindings-unchanged': (fresh) => checkBindings(request, fresh),
    ...Object.fromEntries(guards),
  }
}

const NO_REQUEST: Finding = unknown('the request could not be read', 'see request-readable')

/** Where there is nothing to look at, every check of it is unknown. */
function run<Subject>(checks: Checks<Subject>, subject: Subject | null, absent = ''): readonly GateCheck[] {
  return Object.entries(checks).map(([name, check]) => ({
    name,
    ...(subject === null ? unknown(absent, 'see the checks above') : look(check, subject)),
  }))
}

/** Evidence that is not what it should be is no evidence (5g); nothing of it may come out as a yes. */
function look<Subject>(check: (subject: Subject) => Finding, subject: Subject): Finding {
  try {
    return check(subject)
  } catch (error) {
    return unknown(
      `it could not be looked at: ${toDriftError(error).message}`,
      'report this as a defect of driftd',
    )
  }
}
