import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { PlannedChange, Proposal } from '../../src/domain/proposal.js'
import type { RemediationRequest } from '../../src/domain/request.js'
import type { Approval, MergedPullRequest } from '../../src/forge/forge.js'
import type { GateBundle } from '../../src/remediate/gate-bundle.js'
import type { LedgerRequest } from '../../src/remediate/ledger.js'
import {
  buildRequest,
  type RequestParts,
  type RequestSigner,
  type RequestVerifier,
  requestBranch,
  requestPath,
  requestText,
} from '../../src/remediate/request.js'

const ID = '01KAZZZZZZZZZZZZZZZZZZZZZZ'
const STACK = 'prod/network'
export const BASE_COMMIT = '1'.repeat(40)
export const PUSHED_COMMIT = '2'.repeat(40)
export const TIP = '3'.repeat(40)
export const NOW = '2026-11-24T12:00:00.000Z'
export const DIGEST = `sha256:${'d'.repeat(64)}`

/** A key made for this run. */
export function createTestSigner(): RequestSigner & RequestVerifier {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return {
    keyId: createHash('sha256').update(der).digest('hex').slice(0, 16),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64')),
  }
}

/** The key of the store in every built request. */
export const storeKey = createTestSigner()

/** A tag that is put back; takes only what differs. */
export function buildPlannedChange(overrides: Partial<PlannedChange> = {}): PlannedChange {
  return {
    address: 'aws_vpc.main',
    host: null,
    action: 'update',
    attributes: [{ path: ['tags', 'Owner'], before: 'somebody', after: 'platform', sensitive: false }],
    isIrreversible: false,
    cause: 'drift',
    ...overrides,
  }
}

/** A proposal with one change; takes only what differs. */
export function buildProposal(overrides: Partial<Proposal> = {}): Proposal {
  return {
    action: 'revert',
    digest: DIGEST,
    digestVersion: 1,
    changes: [buildPlannedChange()],
    unpreviewed: [],
    destroys: 0,
    replaces: 0,
    bindings: { engine: 'terraform 1.11.4', lineage: '5f0c', lockFile: 'sha256:aa' },
    managed: 40,
    warnings: [],
    ...overrides,
  }
}

/** What a request is made of; takes only what differs. */
export function buildRequestParts(overrides: Partial<RequestParts> = {}): RequestParts {
  return {
    id: ID,
    nonce: 'ab'.repeat(16),
    repository: 'infra',
    stack: STACK,
    provider: 'fake',
    path: 'live/network',
    scope: { action: 'revert', addresses: [], hosts: [] },
    baseBranch: 'main',
    baseCommit: BASE_COMMIT,
    code: {
      inputs: `sha256:${'c'.repeat(64)}`,
      files: 3,
      trees: [{ path: 'live/network', id: 'e'.repeat(40) }],
    },
    proposal: buildProposal(),
    limits: {
      maxDestroy: 0,
      maxChanges: 50,
      allowReplace: false,
      allowIrreversible: false,
      allowMassDelete: false,
      includePending: false,
    },
    requester: 'rita',
    createdAt: '2026-11-24T10:00:00.000Z',
    expiresAt: '2026-11-25T10:00:00.000Z',
    ...overrides,
  }
}

/** A signed request; takes only what differs. */
export function buildTestRequest(
  overrides: Partial<RequestParts> = {},
  signer: RequestSigner = storeKey,
): RemediationRequest {
  return buildRequest(buildRequestParts(overrides), signer)
}

/** Alice says yes, as GitHub tells it; takes only what differs. */
export function buildApproval(overrides: Partial<Approval> = {}): Approval {
  return {
    identity: '101',
    name: 'alice',
    verdict: 'approved',
    commit: PUSHED_COMMIT,
    at: '2026-11-24T11:00:00.000Z',
    isPerson: true,
    mayWrite: true,
    teams: [],
    problem: null,
    ...overrides,
  }
}

/** The ledger's row of a request. */
export function buildLedgerRequest(
  request: RemediationRequest,
  overrides: Partial<LedgerRequest> = {},
): LedgerRequest {
  const { id, nonce, repository, stack, planDigest, createdAt, expiresAt } = request
  return {
    id,
    nonce,
    repository,
    stack,
    planDigest,
    createdAt,
    expiresAt,
    branch: requestBranch(stack, id),
    path: requestPath(stack, id),
    content: requestText(request),
    epoch: 1,
    state: 'proposed',
    stateAt: createdAt,
    pullRequest: { id: '17', url: 'https://forge.test/pulls/17', pushedCommit: PUSHED_COMMIT },
    detail: null,
    journal: null,
    receipt: null,
    ...overrides,
  }
}

/** A pull request with the file and nothing else, approved by Alice, merged. */
export function buildPull(
  request: RemediationRequest,
  overrides: Partial<MergedPullRequest> = {},
): MergedPullRequest {
  return {
    pullRequest: { id: '17', url: 'https://forge.test/pulls/17', pushedCommit: PUSHED_COMMIT },
    isMerged: true,
    mergedAt: '2026-11-24T11:30:00.000Z',
    baseBranch: 'main',
    isFromFork: false,
    isSameRepository: true,
    headCommit: PUSHED_COMMIT,
    isHeadTrusted: false,
    lastPusher: null,
    files: [{ path: requestPath(request.stack, request.id), status: 'added' }],
    approvalFiles: [],
    blobAtHead: blobId(requestText(request)),
    excludedIdentities: ['1'],
    approvals: [buildApproval()],
    dropsApprovalsOnPush: false,
    veto: null,
    ...overrides,
  }
}

/** Everything as it must be for a request to be carried out; takes only what differs. */
export function buildGateBundle(
  request: RemediationRequest = buildTestRequest(),
  overrides: Partial<GateBundle> = {},
): GateBundle {
  const text = requestText(request)
  const { id, stack, code } = request
  return {
    now: NOW,
    policy: {
      isEnabled: true,
      minimum: 1,
      destructive: 2,
      destructiveLabels: {},
      approvers: ['alice', 'bob'],
      expiresAfterMs: 24 * 3_600_000,
      limits: { maxDestroy: 0, maxChanges: 50, allowReplace: false },
    },
    target: {
      repository: 'infra',
      baseBranch: 'main',
      stack,
      provider: 'fake',
      path: 'live/network',
      labels: { env: 'prod' },
    },
    freeze: null,
    windows: [],
    ledger: { epoch: 1, request: buildLedgerRequest(request) },
    file: { path: requestPath(stack, id), text, blob: blobId(text) },
    history: { tip: TIP, rewritten: null, hasBase: true },
    forge: { pullRequests: [buildPull(request)] },
    forgeProblem: null,
    fresh: { code, proposal: buildProposal() },
    recent: [],
    ...overrides,
  }
}

/** Git's name of a file's bytes. */
export function blobId(text: string): string {
  const bytes = Buffer.from(text)
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}
