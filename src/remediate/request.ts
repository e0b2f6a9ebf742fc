import { canonicalJson } from '../domain/fingerprint.js'
import type { PlannedChange, Proposal, RemediationScope } from '../domain/proposal.js'
import type { JsonValue } from '../domain/record.js'
import type {
  RemediationRequest,
  RequestChange,
  RequestCode,
  RequestLimits,
  RequestSummary,
} from '../domain/request.js'
import { pathText } from '../lib/text/path-text.js'
import { canonicalText } from './canonical-text.js'
import { checkRequest } from './request-schema.js'

/** What people read before they say yes is never longer; what needs more is to be proposed in parts. */
export const MAX_REQUEST_BYTES = 64 * 1024

const MAX_ATTRIBUTES = 50
/** What every signature begins with, so that none of another purpose fits. */
const SIGNED_PREFIX = 'driftd remediation request v1\n'

/** What a request is made of, beside the proposal. */
export interface RequestParts {
  readonly id: string
  readonly nonce: string
  readonly repository: string
  readonly stack: string
  readonly provider: string
  readonly path: string
  readonly scope: RemediationScope
  readonly baseBranch: string
  readonly baseCommit: string
  readonly code: RequestCode
  readonly proposal: Proposal
  readonly limits: RequestLimits
  readonly requester: string
  readonly createdAt: string
  readonly expiresAt: string
}

/** Who signs requests. */
export interface RequestSigner {
  readonly keyId: string
  /** Base64 of an Ed25519 signature. */
  sign(text: string): string
}

/** Whose requests are believed. */
export interface RequestVerifier {
  readonly keyId: string
  verify(text: string, signature: string): boolean
}

/** The signed request. */
export function buildRequest(parts: RequestParts, signer: RequestSigner): RemediationRequest {
  const { proposal, scope, ...rest } = parts
  const { action, ...where } = scope
  const unsigned = {
    schemaVersion: 1 as const,
    ...rest,
    action,
    scope: where,
    bindings: proposal.bindings,
    planDigest: proposal.digest,
    digestVersion: proposal.digestVersion,
    summary: summarize(proposal),
  }
  return { ...unsigned, signature: { keyId: signer.keyId, value: signer.sign(signedText(unsigned)) } }
}

/** The bytes of a request's file. */
export function requestText(request: RemediationRequest): string {
  return canonicalText(asJson(request))
}

/** The request in a file's text, or why it is none: it must be what `requestText` writes, to the byte. */
export function parseRequest(text: string): ReturnType<typeof checkRequest> {
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_REQUEST_BYTES)
    return { ok: false, problem: `it has ${bytes} bytes, more than ${MAX_REQUEST_BYTES}` }
  const data = parseJson(text)
  if (data === undefined) return { ok: false, problem: 'it is not JSON' }
  const checked = checkRequest(data)
  if (checked.ok && requestText(checked.request) !== text)
    return { ok: false, problem: 'it is not in the spelling that driftd writes' }
  return checked
}

/** True where the key of that id made the request's signature. */
export function isSignedBy(request: RemediationRequest, verifier: RequestVerifier): boolean {
  const { signature, ...unsigned } = request
  return signature.keyId === verifier.keyId && verifier.verify(signedText(unsigned), signature.value)
}

/** What a proposal would do, without values: goes into the request, and is compared with the fresh plan's. */
export function summarize(proposal: Proposal): RequestSummary {
  const { destroys, replaces, unpreviewed, warnings } = proposal
  return { changes: proposal.changes.map(toRequestChange), destroys, replaces, unpreviewed, warnings }
}

/** `.drift/requests/<stack>/<id>.json` */
export function requestPath(stack: string, id: string): string {
  return `.drift/requests/${stack}/${id}.json`
}

/** `drift/<stack>/<id>` */
export function requestBranch(stack: string, id: string): string {
  return `drift/${stack}/${id}`
}

/** True for two requests' parts that say the same, to the byte. */
export function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(asJson(a)) === canonicalJson(asJson(b))
}

function toRequestChange(change: PlannedChange): RequestChange {
  const { address, host, action, cause, isIrreversible } = change
  const names = change.attributes.map(({ path }) => pathText(path) || '(all of it)')
  const rest = names.length - MAX_ATTRIBUTES
  const attributes = rest > 0 ? [...names.slice(0, MAX_ATTRIBUTES), `and ${rest} more`] : names
  return { address, host, action, attributes, cause, isIrreversible }
}

function signedText(unsigned: Omit<RemediationRequest, 'signature'>): string {
  return SIGNED_PREFIX + canonicalJson(asJson(unsigned))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Interfaces have no index signature, so TypeScript does not see that they are JSON. */
function asJson(value: unknown): JsonValue {
  return value as JsonValue
}
