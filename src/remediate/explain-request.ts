import { DriftError } from '../domain/errors.js'
import type { ExplainedRequest } from '../domain/remediation-outcome.js'
import { examineRequest, withoutPlan } from './gate.js'
import { decideGate } from './gate-result.js'
import { toRequestView } from './outcome.js'
import { readChecks } from './propose.js'
import { type EvidenceContext, type EvidenceSubject, readEvidence, readRequest } from './read-evidence.js'

/**
 * Looks at a request as the gate would now, a fresh plan included where everything else passes; of one that was refused, the
 * checks it was refused by. Changes nothing. Throws what planning throws.
 */
export async function explainRequest(
  id: string,
  subject: EvidenceSubject,
  context: EvidenceContext,
): Promise<ExplainedRequest> {
  const { known } = subject
  const { target, tools, signal } = context
  const { stack } = target.stack
  const about = { id, stack, request: known && toRequestView(known) }
  if (known?.state === 'refused') {
    const checks = readChecks(known.detail)
    return { ...about, checks, verdict: 'refused', decidedAt: known.stateAt }
  }
  const bundle = await readEvidence(subject, context)
  const checks = examineRequest(bundle, tools.key)
  const request = bundle.file.text === null ? null : readRequest(bundle.file.text)
  if (decideGate(withoutPlan(checks)) !== 'open' || request === null)
    return { ...about, checks, verdict: decideGate(withoutPlan(checks)), decidedAt: null }
  const { action, scope } = request
  const fresh = await target.plan({ action, ...scope }, signal, async ({ proposal }) => ({
    code: await target.readCode(),
    proposal,
  }))
  const all = examineRequest({ ...bundle, fresh }, tools.key)
  return { ...about, checks: all, verdict: decideGate(all), decidedAt: null }
}

/** Where the file of an id stands among the files of a tracked branch. Throws REQUEST_UNKNOWN. */
export function requestFileOf(
  id: string,
  files: readonly string[],
): { readonly path: string; readonly stack: string } {
  const path = files.find((file) => file.endsWith(`/${id}.json`))
  const stack = path && /^\.drift\/requests\/(.+)\/[^/]+\.json$/.exec(path)?.[1]
  if (path !== undefined && stack !== undefined && stack !== '') return { path, stack }
  throw unknownRequest(id)
}

/** No request has that id. */
export function unknownRequest(id: string): DriftError {
  return new DriftError(
    'REQUEST_UNKNOWN',
    `this store proposed no request ${JSON.stringify(id)}, and no file of that name is on a tracked branch: ids stand in the names of .drift/requests/**/*.json`,
  )
}
