import type { PullRequest } from '../../src/domain/request.js'
import type { ForgeProposal, MergedPullRequest } from '../../src/forge/forge.js'
import { examineRequest } from '../../src/remediate/gate.js'
import { requestText } from '../../src/remediate/request.js'
import { buildGateBundle, buildLedgerRequest, buildTestRequest, storeKey } from '../helpers/build-gate.js'
import type { ForgeWorld, MergeMethod } from './forge-world.js'

/** A signed request that was proposed and merged on a forge. */
export interface MergedProposal {
  readonly proposal: ForgeProposal
  readonly pullRequest: PullRequest
  readonly tip: string
  /** Everything that brought it, as the forge tells it. */
  readonly pulls: readonly MergedPullRequest[]
  /** The checks of the gate that do not pass with this evidence. */
  readonly refusals: readonly string[]
}

/** What happens in between. */
export interface MergedHow<World extends ForgeWorld> {
  readonly world: World
  readonly approvers: readonly string[]
  act(proposal: ForgeProposal): void | Promise<void>
  readonly method?: MergeMethod
}

const { signal } = new AbortController()

/** Proposes a request, lets people act, merges it, and asks the gate; all that is no matter of the forge is in order. */
export async function mergeRequest<World extends ForgeWorld>(how: MergedHow<World>): Promise<MergedProposal> {
  const { world, approvers, act, method = 'squash' } = how
  const blank = world.buildProposal()
  const { requestId: id, stack, baseCommit } = blank
  const request = buildTestRequest({ id, stack, baseCommit, requester: 'quentin' })
  const proposal = { ...blank, content: requestText(request) }
  const pullRequest = await world.forge.propose(proposal, signal)
  await act(proposal)
  const tip = await world.merge(proposal, method)
  const forge = await world.forge.evidence({ ...proposal, pullRequest, tip }, signal)
  const usual = buildGateBundle(request)
  const bundle = {
    ...usual,
    policy: { ...usual.policy, approvers },
    ledger: { epoch: 1, request: buildLedgerRequest(request, { pullRequest }) },
    history: { tip, rewritten: null, hasBase: true },
    forge,
  }
  const checks = examineRequest(bundle, storeKey).filter(({ status }) => status !== 'passed')
  return { proposal, pullRequest, tip, pulls: forge.pullRequests, refusals: checks.map(({ name }) => name) }
}

/** The one pull request that brought it. */
export function onlyPull({ pulls }: MergedProposal): MergedPullRequest {
  const [pull] = pulls
  if (pull === undefined || pulls.length !== 1)
    throw new Error(`${pulls.length} pull requests instead of one`)
  return pull
}
