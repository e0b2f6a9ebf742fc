import type { Approval, MergedPullRequest } from '../../src/forge/forge.js'
import type { GateBundle } from '../../src/remediate/gate-bundle.js'
import {
  buildApproval,
  buildGateBundle,
  buildLedgerRequest,
  buildPlannedChange,
  buildProposal,
  buildPull,
  buildTestRequest,
  createTestSigner,
} from '../helpers/build-gate.js'

const request = buildTestRequest()
/** Everything as it must be. */
export const approved = buildGateBundle(request)

/** One attempt on the gate: what is changed of an approved bundle, and the checks that must fail for it. */
export interface Attempt {
  readonly threat: string
  readonly bundle: GateBundle
  readonly stoppedBy: string
}

/** Everything that somebody might try, by the threats of docs/security.md. */
export const attempts: readonly Attempt[] = [
  {
    threat: 'T1 the plan changed after the approval',
    bundle: withPlan({ digest: `sha256:${'0'.repeat(64)}` }),
    stoppedBy: 'plan-unchanged',
  },
  {
    threat: 'T2 the drift went away after the approval',
    bundle: withPlan({ digest: `sha256:${'0'.repeat(64)}`, changes: [] }),
    stoppedBy: 'plan-unchanged',
  },
  {
    threat: 'T3 the code of a module moved',
    bundle: bundleWith({ fresh: { ...freshOf(), code: { ...request.code, trees: [] } } }),
    stoppedBy: 'code-unchanged',
  },
  {
    threat: 'T4 somebody unknown pushed after the approval',
    bundle: withPull({ headCommit: '9'.repeat(40) }),
    stoppedBy: 'head-known',
  },
  {
    threat: 'T4 an approver pushed and approved his own push',
    bundle: withPull({
      headCommit: '9'.repeat(40),
      lastPusher: '101',
      excludedIdentities: ['101'],
      approvals: [buildApproval({ commit: '9'.repeat(40) })],
    }),
    stoppedBy: 'approved',
  },
  {
    threat: 'T4 the approval was given for an earlier push',
    bundle: withApproval({ commit: '9'.repeat(40) }),
    stoppedBy: 'approved',
  },
  {
    threat: 'T4 the bytes were changed while merging',
    bundle: bundleWith({
      file: { ...approved.file, text: approved.file.text?.replace('rita', 'bob') ?? '' },
    }),
    stoppedBy: 'same-bytes',
  },
  { threat: 'T5 who asked approves', bundle: withApproval({ name: 'rita' }), stoppedBy: 'approved' },
  {
    threat: 'T5 who asked approves under a mail address',
    bundle: withPolicy({ approvers: ['Rita@acme.io'] }, withApproval({ name: 'Rita@acme.io' })),
    stoppedBy: 'approved',
  },
  {
    threat: 'T5 the author approves',
    bundle: withPull({ excludedIdentities: ['101'] }),
    stoppedBy: 'approved',
  },
  { threat: 'T5 a bot approves', bundle: withApproval({ isPerson: false }), stoppedBy: 'approved' },
  {
    threat: 'T5 one person approves twice what needs two',
    bundle: withPolicy({ minimum: 2 }, withPull({ approvals: [buildApproval(), buildApproval()] })),
    stoppedBy: 'approved',
  },
  {
    threat: 'T5 one key approves under two names',
    bundle: withPolicy(
      { minimum: 2 },
      withPull({ approvals: [buildApproval(), buildApproval({ name: 'bob' })] }),
    ),
    stoppedBy: 'approved',
  },
  {
    threat: 'T6 somebody with read rights approves',
    bundle: withApproval({ mayWrite: false }),
    stoppedBy: 'approved',
  },
  {
    threat: 'T6 somebody who is no approver approves',
    bundle: withApproval({ name: 'mallory' }),
    stoppedBy: 'approved',
  },
  {
    threat: 'T6 an account that is gone approved',
    bundle: withApproval({ identity: '' }),
    stoppedBy: 'approved',
  },
  { threat: 'T6 no approvers are named', bundle: withPolicy({ approvers: [] }), stoppedBy: 'approved' },
  {
    threat: 'T6 an approver asks for changes beside an approval',
    bundle: withPull({
      approvals: [
        buildApproval(),
        buildApproval({ identity: '2', name: 'bob', verdict: 'changes-requested' }),
      ],
    }),
    stoppedBy: 'nobody-objects',
  },
  {
    threat: 'T7 code came along with the request',
    bundle: withPull({
      files: [...pullOf().files, { path: 'live/network/main.tf', status: 'modified' }],
    }),
    stoppedBy: 'nothing-else-merged',
  },
  {
    threat: 'T7 a file that only looks like a signature came along',
    bundle: withPull({
      files: [...pullOf().files, { path: `${approved.file.path}.x/../../a.sig`, status: 'added' }],
      approvalFiles: [`${approved.file.path}.x/../../a.sig`],
    }),
    stoppedBy: 'nothing-else-merged',
  },
  {
    threat: 'T7 the request replaced another file',
    bundle: withPull({ files: [{ path: approved.file.path, status: 'modified' }] }),
    stoppedBy: 'nothing-else-merged',
  },
  {
    threat: 'T8 the file was pushed to the branch without a pull request',
    bundle: bundleWith({ forge: { pullRequests: [] } }),
    stoppedBy: 'one-pull-request',
  },
  {
    threat: 'T8 an administrator merged without an approval',
    bundle: withPull({ approvals: [] }),
    stoppedBy: 'approved',
  },
  {
    threat: 'T8 it was approved after it had been merged',
    bundle: withApproval({ at: '2026-11-24T11:31:00.000Z' }),
    stoppedBy: 'approved',
  },
  ...(
    ['claimed', 'applying', 'applied', 'failed', 'unknown', 'refused', 'superseded', 'closed'] as const
  ).map((state) => ({
    threat: `T9 a request that is ${state} is merged again`,
    bundle: bundleWith({ ledger: { epoch: 1, request: buildLedgerRequest(request, { state }) } }),
    stoppedBy: 'not-used-before',
  })),
  {
    threat: 'T9 the request is copied to another stack',
    bundle: bundleWith({ target: { ...approved.target, stack: 'prod/web', path: 'live/web' } }),
    stoppedBy: 'for-this-stack',
  },
  {
    threat: 'T9 the store was restored from a backup',
    bundle: bundleWith({ ledger: { epoch: 2, request: buildLedgerRequest(request) } }),
    stoppedBy: 'proposed-by-this-store',
  },
  {
    threat: 'T9 another pull request brought the file again',
    bundle: bundleWith({
      forge: {
        pullRequests: [pullOf(), buildPull(request, { pullRequest: { ...pullOf().pullRequest, id: '18' } })],
      },
    }),
    stoppedBy: 'one-pull-request',
  },
  {
    threat: 'T10 it is merged weeks later',
    bundle: bundleWith({ now: '2026-12-24T12:00:00.000Z' }),
    stoppedBy: 'not-expired',
  },
  {
    threat: 'T10 it was given an end in ten years',
    bundle: buildGateBundle(buildTestRequest({ expiresAt: '2036-11-24T10:00:00.000Z' }), {
      now: '2026-12-02T10:00:00.000Z',
      policy: { ...approved.policy, expiresAfterMs: 3_650 * 86_400_000 },
    }),
    stoppedBy: 'not-expired',
  },
  {
    threat: 'T10 it is from the future',
    bundle: bundleWith({ now: '2026-11-24T09:54:59.000Z' }),
    stoppedBy: 'not-expired',
  },
  {
    threat: 'T11 the commit of the request was rewritten away',
    bundle: bundleWith({ history: { ...approved.history, hasBase: false } }),
    stoppedBy: 'history-intact',
  },
  {
    threat: 'T12 it came from a fork',
    bundle: withPull({ isFromFork: true }),
    stoppedBy: 'one-pull-request',
  },
  {
    threat: 'T12 it went to another branch',
    bundle: withPull({ baseBranch: 'x' }),
    stoppedBy: 'one-pull-request',
  },
  {
    threat: 'T13 the policy of the repository came along',
    bundle: withPull({ files: [...pullOf().files, { path: '.driftd.yaml', status: 'modified' }] }),
    stoppedBy: 'nothing-else-merged',
  },
  {
    threat: 'T13 the limits of the configuration became tighter than those of the request',
    bundle: withPolicy({ limits: { maxDestroy: 0, maxChanges: 0, allowReplace: false } }),
    stoppedBy: 'within-limits',
  },
  {
    threat: 'T14 a stranger wrote the request',
    bundle: buildGateBundle(buildTestRequest({}, createTestSigner())),
    stoppedBy: 'signed-by-this-store',
  },
  {
    threat: 'T14 the request was never proposed here',
    bundle: bundleWith({ ledger: { epoch: 1, request: null } }),
    stoppedBy: 'proposed-by-this-store',
  },
  {
    threat: 'T14 the summary tells less than the plan does',
    bundle: withPlan({ changes: [buildPlannedChange(), buildPlannedChange({ address: 'aws_vpc.other' })] }),
    stoppedBy: 'summary-true',
  },
  {
    threat: 'T15 an interrupted request is tried again',
    bundle: bundleWith({ ledger: { epoch: 1, request: buildLedgerRequest(request, { state: 'unknown' }) } }),
    stoppedBy: 'not-used-before',
  },
  {
    threat: 'T18 the state is another one',
    bundle: withPlan({ bindings: { ...buildProposal().bindings, lineage: 'ffff' } }),
    stoppedBy: 'bindings-unchanged',
  },
  {
    threat: 'T19 the engine was upgraded',
    bundle: withPlan({ bindings: { ...buildProposal().bindings, engine: 'terraform 1.12.0' } }),
    stoppedBy: 'bindings-unchanged',
  },
  {
    threat: 'T20 it was put right three times today',
    bundle: bundleWith({
      recent: ['a', 'b', 'c'].map((requestId) => ({ requestId, address: 'aws_vpc.main', host: null })),
    }),
    stoppedBy: 'not-fought',
  },
]

/** The approved bundle with parts of it changed. */
export function bundleWith(overrides: Partial<GateBundle>): GateBundle {
  return { ...approved, ...overrides }
}

function freshOf() {
  return { code: request.code, proposal: buildProposal() }
}

/** With another fresh plan. */
export function withPlan(overrides: Parameters<typeof buildProposal>[0]): GateBundle {
  return bundleWith({ fresh: { ...freshOf(), proposal: buildProposal(overrides) } })
}

function pullOf(): MergedPullRequest {
  return buildPull(request)
}

/** With another pull request. */
export function withPull(overrides: Partial<MergedPullRequest>): GateBundle {
  return bundleWith({ forge: { pullRequests: [buildPull(request, overrides)] } })
}

/** With another single approval. */
export function withApproval(overrides: Partial<Approval>): GateBundle {
  return withPull({ approvals: [buildApproval(overrides)] })
}

/** With another policy. */
export function withPolicy(
  overrides: Partial<GateBundle['policy']>,
  base: GateBundle = approved,
): GateBundle {
  return { ...base, policy: { ...base.policy, ...overrides } }
}
