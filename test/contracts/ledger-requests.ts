import type { Receipt } from '../../src/domain/request.js'
import type {
  Claim,
  ClaimRequest,
  Deed,
  JournalEntry,
  Ledger,
  NewRequest,
} from '../../src/remediate/ledger.js'

/** A moment, in minutes after noon. */
export function at(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 24, 12, minutes)).toISOString()
}

/** Somebody does something at a moment. */
export function deedAt(minutes: number): Deed {
  return { by: 'host:1', at: at(minutes) }
}

/** A process of this or another machine. */
export function processOf(pid: number) {
  return { host: 'host', pid, startedAs: `boot ns ${pid}` }
}

/** A request that is proposed; takes only what differs. */
export function buildNewRequest(id: string, overrides: Partial<NewRequest> = {}): NewRequest {
  return {
    id,
    nonce: `nonce-${id}`,
    repository: 'infra',
    stack: 'prod/network',
    branch: `drift/prod/network/${id}`,
    path: `.drift/requests/prod/network/${id}.json`,
    content: '{\n  "a": "é"\n}\n',
    planDigest: 'sha256:00',
    createdAt: at(0),
    expiresAt: at(60),
    ...overrides,
  }
}

/** A wish to be at a request; takes only what differs. */
export function buildClaim(requestId: string, overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  return { requestId, owner: processOf(1), now: at(1), leaseUntil: at(2), ...overrides }
}

/** What is written down before an apply. */
export function buildJournal(overrides: Partial<JournalEntry> = {}): JournalEntry {
  return {
    begunAt: at(3),
    owner: processOf(1),
    commit: 'c0ffee',
    planDigest: 'sha256:00',
    engine: null,
    ...overrides,
  }
}

/** How it ended; takes only what differs. */
export function buildReceipt(requestId: string, overrides: Partial<Receipt> = {}): Receipt {
  return {
    requestId,
    status: 'applied',
    commit: 'c0ffee',
    startedAt: at(3),
    endedAt: at(4),
    message: null,
    unexpected: [],
    verification: null,
    scan: null,
    ...overrides,
  }
}

/** Claims a request that must be free. */
export async function claimed(ledger: Ledger, id: string): Promise<Claim> {
  const outcome = await ledger.claim(buildClaim(id))
  if (outcome.status !== 'claimed') throw new Error(`${id} is ${outcome.status}: ${outcome.reason}`)
  return outcome.claim
}

/** Proposes, claims and begins a request. */
export async function begun(ledger: Ledger, id: string): Promise<Claim> {
  await ledger.propose(buildNewRequest(id), deedAt(0))
  const claim = await claimed(ledger, id)
  if (!(await ledger.begin(claim, buildJournal()))) throw new Error(`${id} could not be begun`)
  return claim
}
