import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ApplyOutcome, Proposal, RemediationScope } from '../../src/domain/proposal.js'
import type { RemediationOutcome } from '../../src/domain/remediation-outcome.js'
import type { PullRequest } from '../../src/domain/request.js'
import type { Scan } from '../../src/domain/scan.js'
import type { Forge, PullRequestView } from '../../src/forge/forge.js'
import type { History } from '../../src/git/history.js'
import type { Clock } from '../../src/lib/clock.js'
import type { GatePolicy } from '../../src/remediate/gate-bundle.js'
import { remediateStack } from '../../src/remediate/remediate-stack.js'
import type { RemediationWish } from '../../src/remediate/remediation-run.js'
import type { RemediationTarget } from '../../src/remediate/remediation-target.js'
import type { RemediationTools } from '../../src/remediate/remediation-tools.js'
import { type OpenedStore, openStore } from '../../src/store/open-store.js'
import { tempFolder } from '../lib/temp-folder.js'
import {
  BASE_COMMIT,
  blobId,
  buildApproval,
  buildGateBundle,
  buildProposal,
  buildPull,
  buildRequestParts,
  PUSHED_COMMIT,
  storeKey,
  TIP,
} from './build-gate.js'
import { buildScan } from './build-record.js'

/** A stack whose plans, pull requests and scans a test decides, on a real ledger. */
export interface RemediationWorld {
  readonly store: OpenedStore
  tools: RemediationTools
  /** What the next plans say. */
  proposal: Proposal
  scan: Partial<Scan>
  view: PullRequestView
  /** Files on the tracked branch. */
  readonly files: Map<string, string>
  /** Overrides of the pull request that brought the file. */
  pull: Parameters<typeof buildPull>[1]
  target: Partial<RemediationTarget>
  forge: Partial<Forge>
  nowMs: number
  /** Ends looking, planning and scanning of the advances to come. */
  stopping: AbortController
  apply(onEngine: (group: number) => Promise<void>, signal: AbortSignal): Promise<ApplyOutcome>
  /** What happened, in order. */
  readonly deeds: string[]
  readonly problems: string[]
  readonly policy: GatePolicy
  advance(wish?: Partial<RemediationWish>): Promise<RemediationOutcome>
  /** The text of the newest request, on the tracked branch from now on. */
  merge(): Promise<void>
  /** Proposes, merges with an approval: the next advance carries it out. */
  proposeAndMerge(): Promise<void>
}

export const WISH: RemediationWish = {
  action: null,
  addresses: [],
  hosts: [],
  includePending: false,
  allowIrreversible: false,
  allowMassDelete: false,
  again: false,
  requester: 'rita',
  mayPropose: true,
  mayCarryOut: true,
  mayPlan: true,
}

const STACK = 'prod/network'

/** A new world in which a tag was changed by hand. */
export async function createRemediationWorld(): Promise<RemediationWorld> {
  const store = await openStore(`sqlite:${join(tempFolder(), 'driftd.db')}`)
  onTestFinished(() => store.close())
  const { policy, target: stack } = buildGateBundle()
  const { signal: applySignal } = new AbortController()
  let lastId = 0
  const clock: Clock = {
    // never twice the same
    now: () => new Date(world.nowMs++),
    monotonicMs: () => world.nowMs,
  }
  const world: RemediationWorld = {
    store,
    proposal: buildProposal(),
    scan: { status: 'in-sync', stack: STACK },
    view: { state: 'open', headCommit: PUSHED_COMMIT, approvals: [] },
    files: new Map(),
    pull: {},
    target: {},
    forge: {},
    stopping: new AbortController(),
    nowMs: Date.parse('2026-11-24T12:00:00.000Z'),
    apply: async (onEngine) => {
      await onEngine(4711)
      world.deeds.push('apply')
      return { status: 'applied', changed: [], message: null }
    },
    deeds: [],
    problems: [],
    policy: { ...policy },
    tools: {
      clock,
      ledger: store.ledger,
      key: storeKey,
      get policy() {
        return world.policy
      },
      owner: { host: 'here', pid: 1, startedAs: 'boot ns 1' },
      identify: (pid) => ({ host: 'here', pid, startedAs: `boot ns ${pid}` }),
      processState: ({ host, pid }) => (host !== 'here' ? 'elsewhere' : pid === 1 ? 'alive' : 'gone'),
      endEngine: async ({ pid }) => void world.deeds.push(`end engine ${pid}`),
      newId: () => `01KAZZZZZZZZZZZZZZZZZZZ${String(++lastId).padStart(3, '0')}`,
      newNonce: () => String(lastId).padStart(32, '0'),
      onProblem: (message) => void world.problems.push(message),
    },
    advance: (wish = {}) =>
      remediateStack({
        wish: { ...WISH, ...wish },
        target: { ...buildTarget(world), ...world.target },
        tools: world.tools,
        signal: world.stopping.signal,
        applySignal,
      }),
    async merge() {
      const [newest] = await store.ledger.requestsOf(STACK, 1)
      if (newest !== undefined) world.files.set(newest.path, newest.content)
    },
    async proposeAndMerge() {
      await world.advance()
      await world.merge()
    },
  }
  const buildTarget = ({ files, deeds }: RemediationWorld): RemediationTarget => ({
    stack,
    actions: ['revert', 'accept'],
    tip: TIP,
    rewritten: null,
    forge: { ...buildForge(world), ...world.forge },
    history: buildHistory(files),
    openWindows: () => [],
    readCode: async () => buildRequestParts().code,
    async plan(scope, _signal, use) {
      deeds.push(`plan ${scopeText(scope)}`)
      const proposal = { ...world.proposal, action: scope.action }
      return use({ proposal, apply: (signal, onEngine) => world.apply(onEngine, signal) })
    },
    async scan(carriedOut) {
      deeds.push(`scan${carriedOut.length > 0 ? ' what was carried out' : ''}`)
      return buildScan(world.scan)
    },
  })
  return world
}

function scopeText({ action, addresses, hosts }: RemediationScope): string {
  return [action, ...addresses, ...hosts].join(' ')
}

function buildHistory(files: ReadonlyMap<string, string>): History {
  const text = (path: string): string | null => files.get(path) ?? null
  return {
    isAncestor: async (ancestor) => [BASE_COMMIT, TIP].includes(ancestor),
    changedFiles: async () => [],
    treeEntries: async (_, paths) => paths.map(() => null),
    readFileAt: async (_, path) => (text(path) === null ? null : Buffer.from(text(path) ?? '')),
    blobId: async (_, path) => (text(path) === null ? null : blobId(text(path) ?? '')),
    commitsBetween: async () => [],
  }
}

/** A forge on which Alice has approved whatever is merged. */
function buildForge(world: RemediationWorld): Forge {
  return {
    type: 'fake',
    async propose({ requestId }) {
      world.deeds.push(`propose ${requestId.slice(-3)}`)
      return pullRequestOf(requestId)
    },
    approvalSteps: ({ branch }) => [`approve ${branch}`],
    stateOf: async () => world.view,
    async evidence({ requestId, path }) {
      const request = await world.store.ledger.request(requestId)
      if (request === null) return { pullRequests: [] }
      const text = world.files.get(path) ?? ''
      return {
        pullRequests: [
          {
            ...buildPull(JSON.parse(request.content)),
            pullRequest: pullRequestOf(requestId),
            blobAtHead: blobId(text),
            approvals: [buildApproval()],
            ...world.pull,
          },
        ],
      }
    },
    async comment(_pullRequest, _marker, text) {
      world.deeds.push(`comment ${text.split('\n')[0]}`)
    },
    async close({ id }, reason) {
      world.deeds.push(`close ${id}: ${reason}`)
    },
    examine: async () => [],
  }
}

function pullRequestOf(requestId: string): PullRequest {
  const id = requestId.slice(-3)
  return { id, url: `https://forge.test/pulls/${id}`, pushedCommit: PUSHED_COMMIT }
}
