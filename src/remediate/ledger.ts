import type { AuditRow, AuditType } from '../domain/audit.js'
import type { Notice } from '../domain/notice.js'
import type { JsonValue } from '../domain/record.js'
import type { PullRequest, Receipt, RequestState } from '../domain/request.js'
import type { ProcessIdentity } from '../domain/running-scan.js'

/** A request as it was proposed, byte for byte, and what became of it. Times are ISO 8601, UTC. */
export interface LedgerRequest {
  readonly id: string
  readonly nonce: string
  readonly repository: string
  readonly stack: string
  readonly branch: string
  /** Path of the request's file, and its exact text. */
  readonly path: string
  readonly content: string
  readonly planDigest: string
  readonly createdAt: string
  readonly expiresAt: string
  /** The epoch it was proposed in; another one than the ledger's is void (a restored backup). */
  readonly epoch: number
  readonly state: RequestState
  readonly stateAt: string
  /** Null until the forge has been told of it. */
  readonly pullRequest: PullRequest | null
  /** Why it is refused, expired, superseded or closed: the checks of the gate, or a sentence. */
  readonly detail: JsonValue
  readonly journal: JournalEntry | null
  readonly receipt: Receipt | null
}

/** A request that is written down before anybody is told of it. */
export type NewRequest = Omit<
  LedgerRequest,
  'epoch' | 'state' | 'stateAt' | 'pullRequest' | 'detail' | 'journal' | 'receipt'
>

/** What is written down before anything can change. */
export interface JournalEntry {
  readonly begunAt: string
  readonly owner: ProcessIdentity
  readonly commit: string
  readonly planDigest: string
  /** The leader of the engine's process group; null until it runs. */
  readonly engine: ProcessIdentity | null
}

/** One process is at one request, and at its stack, until the lease ends. */
export interface Claim {
  readonly requestId: string
  readonly stack: string
  /** Grows with each claim of this store: what a process with an older one writes is refused. */
  readonly fencingToken: number
}

/** Who wants to be at a request, and until when at first. */
export interface ClaimRequest {
  readonly requestId: string
  readonly owner: ProcessIdentity
  readonly now: string
  readonly leaseUntil: string
}

/** `gone`: it is not (or no longer) proposed, or void; `busy`: somebody is at its stack; `frozen`: see the switch. */
export type ClaimOutcome =
  | { readonly status: 'claimed'; readonly claim: Claim }
  | { readonly status: 'gone' | 'busy' | 'frozen'; readonly reason: string }

/** The kill switch: nothing is carried out while it is on. */
export interface Freeze {
  readonly reason: string
  readonly by: string
  readonly at: string
}

/** Who did something, when, and what people are told of it: written in the same transaction. */
export interface Deed {
  readonly by: string
  readonly at: string
  readonly notice?: Notice
}

/**
 * Requests and what became of them. Every change of a state is one transaction with its row of the audit log; what is
 * settled is never proposed again. A part of the store: every method may throw the errors of the store.
 */
export interface RequestLedger {
  /** Throws REQUEST_INVALID where id or nonce were used before. */
  propose(request: NewRequest, deed: Deed): Promise<void>
  savePullRequest(id: string, pullRequest: PullRequest, deed: Deed): Promise<void>
  request(id: string): Promise<LedgerRequest | null>
  /** Of one stack, newest first. */
  requestsOf(stack: string, limit: number): Promise<readonly LedgerRequest[]>
  /** Proposed, claimed and applying ones, oldest first. */
  openRequests(): Promise<readonly LedgerRequest[]>
  /** Carried out ones, or that may have been, that no scan was made to verify yet; oldest first. */
  unverifiedRequests(): Promise<readonly LedgerRequest[]>
  /** Ends a proposed request that is not carried out. False: it was no longer proposed. */
  settle(
    id: string,
    ending: {
      readonly state: 'refused' | 'expired' | 'superseded' | 'closed'
      readonly detail: JsonValue
      readonly deed: Deed
    },
  ): Promise<boolean>
  /** Request and lease of its stack in one transaction; of several at once one is told `claimed`. */
  claim(request: ClaimRequest): Promise<ClaimOutcome>
  /** False: the lease is somebody else's. */
  heartbeat(claim: Claim, leaseUntil: string): Promise<boolean>
  /** Gives a claim back while nothing has changed: the request is proposed again, or refused with these checks. */
  release(claim: Claim, refusal: JsonValue | null, deed: Deed): Promise<boolean>
  /** Writes the journal: from here on it is carried out. False: the claim is lost, or a freeze came in between. */
  begin(claim: Claim, journal: JournalEntry): Promise<boolean>
  noteEngine(claim: Claim, engine: ProcessIdentity): Promise<boolean>
  /** Ends it with its receipt and gives the lease back. False: somebody declared it unknown meanwhile. */
  finish(claim: Claim, receipt: Receipt, deed: Deed): Promise<boolean>
  /** Adds what a new scan found to the receipt. */
  saveVerification(receipt: Receipt, deed: Deed): Promise<void>
  /** Who is at a stack without having ended: alive, dead, or on another machine. */
  leases(): Promise<readonly Lease[]>
  /**
   * Takes over what a dead process left: a claimed request is proposed again (no receipt), one that was being carried out
   * is unknown (with its receipt). False: it is not, or no longer, as it was looked at.
   */
  takeOver(lease: Lease, receipt: Receipt | null, deed: Deed): Promise<boolean>
}

/** Who is at a stack, and what it wrote down. */
export interface Lease extends Claim {
  readonly owner: ProcessIdentity
  readonly until: string
  readonly engine: ProcessIdentity | null
}

/** What stops everything. */
export interface KillSwitch {
  /** Null: it is off. */
  freeze(): Promise<Freeze | null>
  saveFreeze(freeze: Freeze): Promise<void>
  /** False: it was off. */
  lift(deed: Deed): Promise<boolean>
}

/** The audit log, and what ties it to this machine. */
export interface AuditLog {
  /** Rows after this sequence (0: from the first), in order. */
  auditAfter(sequence: number, limit: number): Promise<readonly AuditRow[]>
  /** A single row, or null. */
  auditRow(sequence: number): Promise<AuditRow | null>
  lastAudit(): Promise<AuditRow | null>
  /** A row of its own, for what changes no request. */
  note(type: AuditType, detail: JsonValue, deed: Deed): Promise<void>
  epoch(): Promise<number>
  /** Voids every request so far: the store was restored from a backup. */
  beginEpoch(reason: string, deed: Deed): Promise<void>
  /** The id of the key that requests are signed with, or null in a new store. */
  signingKeyId(): Promise<string | null>
  /** Throws KEY_MISSING where the store holds the id of another key: it is never replaced. */
  saveSigningKeyId(keyId: string): Promise<void>
}

/** Everything that remediation remembers. */
export interface Ledger extends RequestLedger, KillSwitch, AuditLog {}
