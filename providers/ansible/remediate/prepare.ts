import { createHash } from 'node:crypto'
import { DriftError } from '../../../src/domain/errors.js'
import { canonicalJson } from '../../../src/domain/fingerprint.js'
import type { PlannedChange, Proposal } from '../../../src/domain/proposal.js'
import type { Finding } from '../../../src/domain/record.js'
import type { Detection, DetectRequest, Prepared, PrepareRequest } from '../../../src/scan/provider.js'
import { checkPlaybook } from '../check-playbook.js'
import { toDetection } from '../detect.js'
import { type AnsibleOptions, parseAnsibleOptions } from '../options.js'
import type { PlaybookView } from '../playbook-view.js'
import { applyPlaybook } from './apply.js'
import { describeBindings } from './bindings.js'

/** Grows when the same check gets another digest: a request with an older one is refused. */
export const DIGEST_VERSION = 1

/**
 * Checks what running the playbook would change. Ansible keeps no plan: what is bound are the differences seen now, the code
 * and all that it reads; what check mode cannot see is listed. Throws as `checkPlaybook`, HOSTS_UNREACHABLE where not every
 * host answered to the end, REMEDIATION_UNSUPPORTED for another action.
 */
export async function prepareRemediation(request: PrepareRequest<AnsibleOptions>): Promise<Prepared> {
  if (request.scope.action !== 'run-playbook' || request.scope.addresses.length > 0)
    throw unsupported(request, 'a playbook is run as a whole (run-playbook), on all its hosts or those named')
  const limited = limitTo(request, request.scope.hosts)
  const { view, place } = await checkPlaybook(limited)
  const detection = toDetection(view)
  if (detection.isPartial) throw unread(request, detection)
  const bindings = await describeBindings({ request: limited, place, view })
  return {
    proposal: describe(view, detection, bindings),
    apply: (run) => applyPlaybook({ request: limited, place }, run),
  }
}

/** The stack on some hosts only, within the limit that it has already. */
function limitTo(
  request: PrepareRequest<AnsibleOptions>,
  hosts: readonly string[],
): PrepareRequest<AnsibleOptions> {
  if (hosts.length === 0) return request
  const options = parseAnsibleOptions(request.stack.options)
  if (options.limit !== undefined && !SINGLE_PATTERN.test(options.limit))
    throw unsupported(request, `its limit "${options.limit}" has several parts: remediate all of its hosts`)
  const odd = hosts.find((host) => !HOST_NAME.test(host))
  if (odd !== undefined)
    throw unsupported(request, `the host ${JSON.stringify(odd)} has a name that means something in a pattern`)
  // Ansible first adds up what is named and then takes the intersections with `&`
  const limit = [...hosts, ...(options.limit === undefined ? [] : [`&${options.limit}`])].join(',')
  return { ...request, stack: { ...request.stack, options: { ...options, limit } } }
}

const SINGLE_PATTERN = /^[A-Za-z0-9_.*-]+$/
const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/

function describe(
  view: PlaybookView,
  detection: Detection,
  bindings: Readonly<Record<string, string>>,
): Proposal {
  const wanted = detection.findings.filter(({ kind }) => kind !== 'informational' && kind !== 'check')
  const unpreviewed = listUnpreviewed(view, detection)
  const content = {
    version: DIGEST_VERSION,
    action: 'run-playbook',
    bindings,
    // content hashes are keyed: what a secret file holds is bound without being told
    changes: wanted.map(({ fingerprint, action, contentHash }) => [fingerprint, action, contentHash]).sort(),
    unpreviewed,
  }
  return {
    action: 'run-playbook',
    digest: `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`,
    digestVersion: DIGEST_VERSION,
    changes: wanted.map(toPlannedChange),
    unpreviewed,
    destroys: wanted.filter(({ action }) => action === 'delete').length,
    replaces: 0,
    bindings,
    managed: detection.coverage.applicable,
    warnings: wanted.some(isHidden) ? [NO_PLAN, NOT_SHOWN] : [NO_PLAN],
  }
}

const NO_PLAN =
  'Ansible keeps no plan: what changes on a host between this check and the run is found only afterwards, when what was really changed is compared with what was approved.'
const NOT_SHOWN =
  'Of some differences no value is shown (no_log, vault, or a module that does not say): what these tasks write is bound to the approval, what they replace on the host may not be.'

/** Where no value can be shown, what stands on the host may be hidden from the digest too (contentOf in finding.ts). */
function isHidden({ changes }: Finding): boolean {
  return changes.every(({ sensitive }) => sensitive)
}

/** Tasks that check mode passes over, and handlers: they run, and nobody can say beforehand what they change. */
function listUnpreviewed(view: PlaybookView, { coverage }: Detection): readonly string[] {
  const tasks = coverage.unverified.map(({ what, reason }) => `${what} (${reason})`)
  const handlers = [...view.notified].map((name) => `${name} (handler)`)
  return [...new Set([...tasks, ...handlers])].sort()
}

function toPlannedChange(finding: Finding): PlannedChange {
  return {
    address: finding.address,
    host: finding.host,
    action: finding.action,
    attributes: finding.changes.map((change) => ({
      path: change.path,
      sensitive: change.sensitive,
      ...(change.actual === undefined ? {} : { before: change.actual }),
      ...(change.declared === undefined ? {} : { after: change.declared }),
    })),
    isIrreversible: finding.action === 'delete',
    cause: finding.kind === 'pending' || finding.kind === 'conflict' ? 'pending' : 'drift',
  }
}

function unread(request: Pick<DetectRequest, 'stack'>, { coverage }: Detection): DriftError {
  const what = coverage.unverified
    .map((item) => `${item.what} (${item.reason})`)
    .slice(0, 3)
    .join(', ')
  return new DriftError(
    'HOSTS_UNREACHABLE',
    `${request.stack.name} cannot be remediated: not every host could be read to its end (${what}); mend that, or name the hosts to be remediated`,
  )
}

function unsupported(request: Pick<DetectRequest, 'stack'>, why: string): DriftError {
  return new DriftError('REMEDIATION_UNSUPPORTED', `${request.stack.name} cannot be remediated: ${why}`)
}
