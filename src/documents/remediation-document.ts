import type { GateCheck } from '../domain/gate-check.js'
import type { ExplainedRequest, RemediationOutcome, RequestView } from '../domain/remediation-outcome.js'
import type { Receipt } from '../domain/request.js'
import { SCHEMA_VERSION } from './schema-version.js'

/** `{ schemaVersion, stack, status, ... }` of one advance. */
export function remediationDocument(outcome: RemediationOutcome): object {
  const { stack, status, message, request, proposedInstead, checks, receipt, nextSteps } = outcome
  return {
    schemaVersion: SCHEMA_VERSION,
    stack,
    status,
    message,
    request: request && requestDocument(request),
    proposedInstead: proposedInstead && requestDocument(proposedInstead),
    checks: checks.map(checkDocument),
    receipt: receipt && receiptDocument(receipt),
    nextSteps: nextSteps.map(({ text, command, url }) => ({ text, command, url })),
  }
}

/** `{ schemaVersion, id, verdict, checks, ... }` of one request. */
export function gateDocument({ id, stack, request, verdict, checks, decidedAt }: ExplainedRequest): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    id,
    stack,
    request: request && requestDocument(request),
    verdict,
    checks: checks.map(checkDocument),
    decidedAt,
  }
}

function requestDocument({ id, state, branch, path, url, planDigest, expiresAt }: RequestView): object {
  return { id, state, branch, path, url, planDigest, expiresAt }
}

function checkDocument({ name, status, onFailure, evidence, wayOut }: GateCheck): object {
  return { name, status, onFailure, evidence, wayOut }
}

function receiptDocument(receipt: Receipt): object {
  const { requestId, status, commit, startedAt, endedAt, message, unexpected, verification, scan } = receipt
  return { requestId, status, commit, startedAt, endedAt, message, unexpected, verification, scan }
}
