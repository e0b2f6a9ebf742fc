import { DriftError, type ErrorCode } from '../domain/errors.js'
import type { ApplyOutcome, Proposal, RemediationScope } from '../domain/proposal.js'
import type { Finding } from '../domain/record.js'
import type { PhaseName } from '../domain/scan.js'
import type { Account } from '../lib/account.js'
import type { Detection, DetectRequest } from '../scan/provider.js'

/** A detection as it is handed over: folders are the host's own, and what is called is told by messages. */
export interface HostedRequest
  extends Pick<DetectRequest, 'stack' | 'checkout' | 'baseline' | 'hasGoodScan' | 'env' | 'secrets'> {
  /** In base64. */
  readonly key: string
  /** Name of the stack's own folder. */
  readonly dataName: string
  /** What is to be prepared; null: nothing but the detection is wanted. */
  readonly scope: RemediationScope | null
}

/** Who the host becomes before it does anything, and where that account's own files are. */
export interface HostedAs {
  readonly account: Account
  readonly work: string
}

/** What an account is asked for `driftd doctor`. */
export interface AccountQuestion {
  /** Files that it should not be able to read. */
  readonly forbidden: readonly string[]
  /** Folders that it must be able to pass through. */
  readonly needed: readonly string[]
}

/** What is not as it should be. */
export interface AccountAnswer {
  readonly readable: readonly string[]
  readonly closed: readonly string[]
}

/** What driftd tells a host, a line of JSON each. */
export type ToHost =
  | ({ readonly type: 'check'; readonly as: HostedAs } & AccountQuestion)
  | {
      readonly type: 'run'
      readonly as: HostedAs
      readonly provider: string
      readonly request: HostedRequest
    }
  | {
      readonly type: 'apply'
      readonly env: Readonly<Record<string, string>>
      readonly secrets: readonly string[]
    }
  /** The answer to `starting`: it was written down, or it may not go on. */
  | { readonly type: 'noted' }
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly message: string }

/** What a host tells driftd, a line of JSON each. */
export type FromHost =
  | { readonly type: 'phase'; readonly phase: PhaseName }
  | { readonly type: 'engine'; readonly groupId: number }
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'starting'; readonly groupId: number }
  | HostResult

/** What ends a request. */
export type HostResult =
  | { readonly type: 'checked'; readonly answer: AccountAnswer }
  | { readonly type: 'detected'; readonly detection: Omit<Detection, 'findings'> }
  | { readonly type: 'prepared'; readonly proposal: Proposal }
  | { readonly type: 'applied'; readonly outcome: ApplyOutcome }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string }

const TYPES: Readonly<Record<FromHost['type'], true>> = {
  phase: true,
  engine: true,
  finding: true,
  starting: true,
  checked: true,
  detected: true,
  prepared: true,
  applied: true,
  failed: true,
}

/** A line of a host, or null where it is none: both ends are the same program, but not the same account. */
export function parseFromHost(line: string): FromHost | null {
  try {
    const message: unknown = JSON.parse(line)
    const type = (message as { readonly type?: unknown } | null)?.type
    return typeof type === 'string' && Object.hasOwn(TYPES, type) ? (message as FromHost) : null
  } catch {
    return null
  }
}

/** A result that was asked for. Throws INTERNAL for any other. */
export function expectType<Type extends HostResult['type']>(
  result: HostResult,
  type: Type,
): Extract<HostResult, { type: Type }> {
  if (result.type === type) return result as Extract<HostResult, { type: Type }>
  throw new DriftError('INTERNAL', `a host said "${result.type}" where "${type}" was to come`)
}
