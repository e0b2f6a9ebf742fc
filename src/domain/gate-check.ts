/** What a check found. `unknown`: it could not be looked at, which is never a yes. */
export const CHECK_STATUSES = ['passed', 'failed', 'unknown'] as const

/** One check of the gate. Free of secrets. */
export interface GateCheck {
  /** Closed set, in kebab-case; see gate.ts and docs/security.md. */
  readonly name: string
  /** `unknown`: it could not be looked at, which is never a yes. */
  readonly status: (typeof CHECK_STATUSES)[number]
  /**
   * What a failure means: `final` for this request, or `later`: it may pass at another time (a freeze window, a forge that
   * does not answer).
   */
  readonly onFailure: 'final' | 'later'
  /** What was seen, in one sentence. */
  readonly evidence: string
  /** What to do about a failure; null where it passed. */
  readonly wayOut: string | null
}

/** What the checks come to: `open` only where each passed; a final failure outweighs what is not known. */
export const GATE_VERDICTS = ['open', 'refused', 'not-now'] as const
export type GateVerdict = (typeof GATE_VERDICTS)[number]
