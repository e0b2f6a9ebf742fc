import { toDriftError } from '../domain/errors.js'
import type { RemediationRequest } from '../domain/request.js'
import type { ForgeEvidence } from '../forge/forge.js'
import type { GateBundle, RecentChange } from './gate-bundle.js'
import type { Ledger, LedgerRequest } from './ledger.js'
import type { RemediationTarget } from './remediation-target.js'
import type { RemediationTools } from './remediation-tools.js'
import { parseRequest } from './request.js'

const DAY_MS = 24 * 3_600_000
/** As far back as requests of one stack are looked through; more than this in a day is refused long before. */
const MAX_REQUESTS = 200

/** A request's file, and what the ledger has of it; null: it was never proposed here. */
export interface EvidenceSubject {
  readonly path: string
  readonly known: LedgerRequest | null
}

/** Everything the gate looks at but a fresh plan. What cannot be read is null, never an error. */
export async function readEvidence(
  { path, known }: EvidenceSubject,
  { target, tools, signal }: EvidenceContext,
): Promise<GateBundle> {
  const { history, tip } = target
  const bytes = await history.readFileAt(tip, path)
  const text = bytes === null ? null : decode(bytes)
  const request = text === null ? null : readRequest(text)
  return {
    ...(await readSwitches(target, tools)),
    policy: tools.policy,
    target: target.stack,
    ledger: { epoch: await tools.ledger.epoch(), request: known },
    file: { path, text, blob: await history.blobId(tip, path) },
    history: { tip, rewritten: target.rewritten, hasBase: await hasBase(request, target) },
    ...(await askForge({ path, known }, request, { target, tools, signal })),
    fresh: null,
    recent: await readRecent(tools.ledger, target.stack.stack, tools.clock.now()),
  }
}

/** Where evidence comes from. */
export interface EvidenceContext {
  readonly target: RemediationTarget
  readonly tools: RemediationTools
  readonly signal: AbortSignal
}

/** What may change at any moment: the time, the kill switch, the freeze windows. */
export async function readSwitches(
  target: Pick<RemediationTarget, 'openWindows'>,
  { clock, ledger }: Pick<RemediationTools, 'clock' | 'ledger'>,
): Promise<Pick<GateBundle, 'now' | 'freeze' | 'windows'>> {
  return {
    now: clock.now().toISOString(),
    freeze: await ledger.freeze(),
    windows: target.openWindows(),
  }
}

/** What requests of the stack changed within the last day, or may have. */
export async function readRecent(
  ledger: Pick<Ledger, 'requestsOf'>,
  stack: string,
  now: Date,
): Promise<readonly RecentChange[]> {
  const since = now.getTime() - DAY_MS
  const requests = await ledger.requestsOf(stack, MAX_REQUESTS)
  return requests.flatMap((request) => {
    const { journal, content, id: requestId } = request
    if (journal === null || Date.parse(journal.begunAt) < since) return []
    const changes = readRequest(content)?.summary.changes ?? []
    return changes.map(({ address, host }) => ({ requestId, address, host }))
  })
}

/** The request in a text that may be anything. */
export function readRequest(text: string): RemediationRequest | null {
  const parsed = parseRequest(text)
  return parsed.ok ? parsed.request : null
}

async function hasBase(
  request: RemediationRequest | null,
  { history, tip }: RemediationTarget,
): Promise<boolean | null> {
  if (request === null) return null
  return history.isAncestor(request.baseCommit, tip).catch(() => null)
}

async function askForge(
  { path, known }: EvidenceSubject,
  request: RemediationRequest | null,
  { target, signal }: EvidenceContext,
): Promise<{ readonly forge: ForgeEvidence | null; readonly forgeProblem: string | null }> {
  const pullRequest = known?.pullRequest ?? null
  if (known === null || pullRequest === null)
    return { forge: null, forgeProblem: 'this store opened no pull request for it' }
  if (request === null) return { forge: null, forgeProblem: 'the request could not be read' }
  const { id: requestId, branch } = known
  const { baseBranch, baseCommit } = request
  const merged = { requestId, path, branch, baseBranch, baseCommit, pullRequest, tip: target.tip }
  try {
    return { forge: await target.forge.evidence(merged, signal), forgeProblem: null }
  } catch (error) {
    signal.throwIfAborted()
    return { forge: null, forgeProblem: toDriftError(error).message }
  }
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
