import type { RemediationRequest } from '../domain/request.js'
import type { FreshPlan } from './gate-bundle.js'
import { type Finding, failed, passed } from './gate-result.js'
import { isSame, summarize } from './request.js'

const AGAIN = 'driftd remediate STACK proposes what is there now'

/** T3: the stack's code, and all code it uses, is that of the request. */
export function checkCode(request: RemediationRequest, { code }: FreshPlan): Finding {
  const wanted = request.code
  if (isSame(wanted, code)) return passed(`${code.files} files, the same as those of the request`)
  const moved = wanted.trees.filter(
    ({ path, id }) => !code.trees.some((it) => it.path === path && it.id === id),
  )
  const where = moved.map(({ path }) => path).join(', ') || 'a file that the stack uses'
  return failed(`the code changed since: ${where}`, AGAIN)
}

/** T1, T2: a plan made now does exactly what was approved. */
export function checkDigest(request: RemediationRequest, { proposal }: FreshPlan): Finding {
  const isEqual =
    proposal.action === request.action &&
    proposal.digest === request.planDigest &&
    proposal.digestVersion === request.digestVersion
  if (isEqual) return passed(`the fresh plan has the digest ${proposal.digest}`)
  return failed(
    proposal.changes.length === 0
      ? 'there is nothing left to do'
      : `the fresh plan has the digest ${proposal.digest}, approved was ${request.planDigest}`,
    AGAIN,
  )
}

/** T14: what people read is what would happen. */
export function checkSummary(request: RemediationRequest, { proposal }: FreshPlan): Finding {
  return isSame(request.summary, summarize(proposal))
    ? passed('the summary that was approved is that of the fresh plan')
    : failed('the summary that was approved is not that of the fresh plan', AGAIN)
}

/** T18, T19: engine, providers, lock and var files, workspace and the state's lineage are the same. */
export function checkBindings(request: RemediationRequest, { proposal }: FreshPlan): Finding {
  const names = [...new Set([...Object.keys(request.bindings), ...Object.keys(proposal.bindings)])].sort()
  const other = names.filter((name) => request.bindings[name] !== proposal.bindings[name])
  if (other.length === 0)
    return passed(`${names.length} bindings, all the same: ${names.join(', ') || 'none'}`)
  const what = other.map(
    (name) => `${name} is ${proposal.bindings[name] ?? 'gone'}, was ${request.bindings[name] ?? 'not there'}`,
  )
  return failed(what.join('; '), AGAIN)
}
