import type { ProcessIdentity, ProcessState } from '../domain/running-scan.js'
import type { Clock } from '../lib/clock.js'
import type { GatePolicy } from './gate-bundle.js'
import type { Deed, Ledger } from './ledger.js'
import type { RequestSigner, RequestVerifier } from './request.js'

/** The parts that every remediation shares. */
export interface RemediationTools {
  readonly clock: Clock
  readonly ledger: Ledger
  readonly key: RequestSigner & RequestVerifier
  readonly policy: GatePolicy
  /** This process. */
  readonly owner: ProcessIdentity
  /** Another process of this machine, by its number. */
  identify(pid: number): ProcessIdentity
  processState(process: ProcessIdentity): ProcessState
  /** Ends what a dead driftd left running: an engine, by its process group. */
  endEngine(engine: ProcessIdentity): Promise<void>
  newId(): string
  /** 32 hexadecimal digits. */
  newNonce(): string
  /** Of what happens beside the result: a comment that could not be written. */
  onProblem(message: string): void
}

/** That this process does something now. */
export function deedNow({ clock, owner }: Pick<RemediationTools, 'clock' | 'owner'>): Deed {
  return { by: `${owner.host}:${owner.pid}`, at: clock.now().toISOString() }
}
