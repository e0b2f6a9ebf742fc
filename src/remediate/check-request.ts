import type { RemediationRequest } from '../domain/request.js'
import type { GateBundle } from './gate-bundle.js'
import { type Finding, failed, passed } from './gate-result.js'
import type { LedgerRequest } from './ledger.js'
import { isSame, isSignedBy, parseRequest, type RequestVerifier, requestPath } from './request.js'

/** No request lives longer, whatever it says (step 5b). */
const MAX_LIFETIME_MS = 7 * 24 * 3_600_000
/** Clocks of two machines differ. */
const MAX_CLOCK_SKEW_MS = 5 * 60_000

const AGAIN = 'driftd remediate STACK --again makes a new one'

/** T14: it is a request, to the byte as driftd writes one. */
export function checkReadable({ file }: GateBundle): Finding {
  if (file.text === null)
    return failed(`there is no readable file ${file.path} on the tracked branch`, 'merge its pull request')
  const parsed = parseRequest(file.text)
  return parsed.ok
    ? passed(`${file.path} is a request in the spelling of driftd`)
    : failed(`${file.path} is no request: ${parsed.problem}`, AGAIN)
}

/** T14: nobody but this daemon wrote it. */
export function checkSignature(request: RemediationRequest, verifier: RequestVerifier): Finding {
  const { keyId } = request.signature
  if (keyId !== verifier.keyId)
    return failed(`it is signed with the key ${keyId}, which is not that of this store`, AGAIN)
  return isSignedBy(request, verifier)
    ? passed(`signed with the key ${keyId} of this store`)
    : failed(`its signature does not fit: what it says was changed after it was signed`, AGAIN)
}

/** T9, T14: the ledger of this store holds it as proposed, byte for byte, in this epoch. */
export function checkKnown(request: RemediationRequest, { ledger, file }: GateBundle): Finding {
  const { epoch, request: known } = ledger
  if (known === null)
    return failed(`this store proposed no request ${request.id}`, 'ask the driftd that proposed it')
  if (known.content !== file.text || !isRowOf(known, request))
    return failed('its bytes are not those that were proposed', AGAIN)
  if (known.epoch !== epoch)
    return failed('the store was restored from a backup since, which voids every older request', AGAIN)
  return passed('the ledger holds it, byte for byte')
}

/** T9, T15: it was never begun, refused or ended before. */
export function checkUnused({ ledger }: GateBundle): Finding {
  const state = ledger.request?.state ?? 'unknown to this store'
  return state === 'proposed'
    ? passed('it was never carried out, refused or ended')
    : failed(`it is ${state} already: a request is carried out at most once`, AGAIN)
}

/** T10: it is neither too old nor from the future. */
export function checkFresh(request: RemediationRequest, { now, policy }: GateBundle): Finding {
  const created = Date.parse(request.createdAt)
  const ends = Math.min(
    Date.parse(request.expiresAt),
    created + Math.min(policy.expiresAfterMs, MAX_LIFETIME_MS),
  )
  const end = new Date(ends).toISOString()
  const nowMs = Date.parse(now)
  // so that a time that is none is never fresh
  if (!(nowMs < ends)) return failed(`it expired at ${end}`, AGAIN)
  if (!(nowMs >= created - MAX_CLOCK_SKEW_MS))
    return failed(`it was made at ${request.createdAt}, which is not yet`, 'set the clock of this machine')
  return passed(`it is valid until ${end}`)
}

/** What a row says beside the text is what the text says. */
function isRowOf(row: LedgerRequest, request: RemediationRequest): boolean {
  const { id, nonce, repository, stack, planDigest, createdAt, expiresAt } = request
  return isSame(
    { id, nonce, repository, stack, planDigest, createdAt, expiresAt },
    {
      id: row.id,
      nonce: row.nonce,
      repository: row.repository,
      stack: row.stack,
      planDigest: row.planDigest,
      createdAt: row.createdAt,
      expiresAt: row.expiresAt,
    },
  )
}

/** T9: what it names is this stack, here; a copy under another stack's name is nothing. */
export function checkTarget(request: RemediationRequest, { target, file, ledger }: GateBundle): Finding {
  const path = requestPath(target.stack, request.id)
  const pairs: readonly (readonly [what: string, asked: string, configured: string])[] = [
    ['repository', request.repository, target.repository],
    ['stack', request.stack, target.stack],
    ['provider', request.provider, target.provider],
    ['path', request.path, target.path],
    ['branch', request.baseBranch, target.baseBranch],
    ['file', file.path, path],
    ['proposed file', ledger.request === null ? path : ledger.request.path, path],
  ]
  const wrong = pairs.find(([, asked, configured]) => asked !== configured)
  if (wrong === undefined) return passed(`it is for stack ${target.stack} on ${target.baseBranch}`)
  const [what, asked, configured] = wrong
  return failed(`its ${what} is ${asked}, not ${configured}`, AGAIN)
}
