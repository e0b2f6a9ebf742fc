import type { Unverified, UnverifiedReason } from '../../src/domain/scan.js'
import type { ResultState } from './result-state.js'

/** How much of one host was verified; tasks count, not the items of their loops. */
export class HostTally {
  readonly host: string
  #verified = 0
  #applicable = 0
  #results = 0
  #declarations = 0
  #isUnreachable = false
  readonly #loops = new Map<number, boolean>()
  readonly #unverified: Unverified[] = []

  constructor(host: string) {
    this.host = host
  }

  /** Takes one result in. `loop` numbers the loop it belongs to, null for a task without one. */
  add(state: ResultState, task: { readonly title: string; readonly loop: number | null }): void {
    this.#results += 1
    if (state === 'unreachable') this.#isUnreachable = true
    if (DECLARING.has(state)) this.#declarations += 1
    const outcome = VERIFIED.has(state) ? true : REASONS[state] ? false : null
    if (outcome === null) return
    this.#count(outcome, task.loop)
    const reason = REASONS[state]
    if (reason) this.#unverified.push({ what: `${this.host}: ${task.title}`, reason })
  }

  /** Tasks the host never reached. */
  addUnreached(titles: readonly string[]): void {
    const reason: UnverifiedReason = this.#isUnreachable ? 'host-unreachable' : 'host-stopped'
    this.#applicable += titles.length
    for (const title of titles) this.#unverified.push({ what: `${this.host}: ${title}`, reason })
  }

  get verified(): number {
    return this.#verified
  }

  get applicable(): number {
    return this.#applicable
  }

  get unverified(): readonly Unverified[] {
    return this.#unverified
  }

  /** At least one task that declares something had a result, be it that a condition skipped it. */
  get hasDeclaration(): boolean {
    return this.#declarations > 0
  }

  /** The host did not answer at least once, be it that the play goes on then (`ignore_unreachable`). */
  get isUnreachable(): boolean {
    return this.#isUnreachable
  }

  /** Nothing was heard of the host but that it does not answer, or nothing at all. */
  get isSilent(): boolean {
    return this.#results === 0 || (this.#isUnreachable && this.#verified === 0)
  }

  /** A loop is one task, and verified only where each of its items is. */
  #count(isVerified: boolean, loop: number | null): void {
    const before = loop === null ? undefined : this.#loops.get(loop)
    if (loop !== null) this.#loops.set(loop, (before ?? true) && isVerified)
    if (before === undefined) {
      this.#applicable += 1
      if (isVerified) this.#verified += 1
    } else if (before && !isVerified) {
      this.#verified -= 1
    }
  }
}

const VERIFIED: ReadonlySet<ResultState> = new Set(['verified', 'drift', 'suppressed', 'noise', 'check'])

/** States of tasks that declare something and that the host answered. */
const DECLARING: ReadonlySet<ResultState> = new Set(
  [...VERIFIED].concat('unverifiable', 'tainted', 'artifact', 'executed', 'not-applicable'),
)

const REASONS: Partial<Record<ResultState, UnverifiedReason>> = {
  unverifiable: 'no-check-mode',
  tainted: 'tainted',
  artifact: 'check-mode-artifact',
  error: 'host-stopped',
  unreachable: 'host-unreachable',
}
