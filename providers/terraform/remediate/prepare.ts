import { DriftError } from '../../../src/domain/errors.js'
import type { Proposal } from '../../../src/domain/proposal.js'
import { createRedactor } from '../../../src/lib/redact.js'
import type { Detection, DetectRequest, Prepared, PrepareRequest } from '../../../src/scan/provider.js'
import type { Presenter } from '../classify/present-change.js'
import { isRemoteExecution } from '../code/backend.js'
import { initialise, type ReadyStack } from '../engine/initialise.js'
import { judgePlan } from '../engine/judge.js'
import { type MadePlan, makePlan, type PlanMode, unwrapPlanFailure } from '../engine/plan.js'
import { type PlanFile, readPlanFile } from '../engine/plan-file.js'
import { showPlan } from '../engine/show.js'
import { openWorkplace, type Workplace } from '../engine/workplace.js'
import type { TerraformOptions } from '../options.js'
import { applyPlan } from './apply.js'
import { describeBindings } from './bindings.js'
import { DIGEST_VERSION, digestPlan } from './plan-digest.js'
import { describeChanges } from './planned-changes.js'
import { type PlannedEntries, readPlanned } from './read-planned.js'

/**
 * Plans a remediation: `revert` applies the code, `accept` takes over into the state what the code does not declare
 * (refresh-only). What is applied later is this very plan file, which Terraform refuses when the state moved in between.
 * Throws as `detectDrift`, REMOTE_EXECUTION_UNSUPPORTED and REMEDIATION_UNSUPPORTED.
 */
export async function prepareRemediation(request: PrepareRequest<TerraformOptions>): Promise<Prepared> {
  if (request.scope.action === 'run-playbook')
    throw unsupported(request, 'run-playbook is for playbooks: use revert or accept')
  request.onPhase('init')
  const workplace = await openWorkplace(request)
  refuseWhatCannotBeApplied(workplace)
  const ready = await initialise(workplace, false)
  const whole = await plan(workplace, ready, { targets: [], isRefreshOnly: false })
  const detection = await judge(whole)
  const { action, addresses } = request.scope
  if (action === 'accept') refuseDeclared(request, detection)
  // a plan of a part says that it is not complete: what its changes are for, only the whole one tells
  const isWhole = action === 'revert' && addresses.length === 0
  const mode = { targets: addresses, isRefreshOnly: action === 'accept' }
  const planned = isWhole ? whole : await plan(workplace, ready, mode)
  return toPrepared(request, { ...planned, detection })
}

interface Planned {
  readonly workplace: Workplace
  readonly ready: ReadyStack
  readonly made: MadePlan
  readonly planFile: PlanFile
  readonly planned: PlannedEntries
}

interface Judged extends Planned {
  readonly detection: Detection
}

async function judge({ workplace, ready, made }: Planned): Promise<Detection> {
  const detection = await judgePlan({ workplace, ready, plan: made })
  if (!detection.isPartial) return detection
  throw unsupported(
    workplace.request,
    'a condition of its code fails, so there is no whole plan: mend that first',
  )
}

async function plan(workplace: Workplace, ready: ReadyStack, mode: PlanMode): Promise<Planned> {
  const { request, varFiles } = workplace
  request.onPhase('plan')
  const { vars } = request.stack.options
  const { session } = ready
  const made = await makePlan({ session, varFiles, vars, scratchFolder: request.scratchFolder, mode }).catch(
    unwrapPlanFailure,
  )
  const planFile = await readPlanFile(made.file)
  if (planFile === null) throw unsupported(request, 'its plan file cannot be read: is it planned remotely?')
  const { scratchFolder } = request
  return {
    workplace,
    ready,
    made,
    planFile,
    planned: await showPlan({ session, scratchFolder }, made, readPlanned),
  }
}

function refuseWhatCannotBeApplied({ place, lockFile, request }: Workplace): void {
  if (isRemoteExecution(place.backend)) {
    throw new DriftError(
      'REMOTE_EXECUTION_UNSUPPORTED',
      `the stack ${request.stack.name} is applied by HCP Terraform or Terraform Enterprise: remediate it there`,
    )
  }
  if (lockFile === null && place.configuration.needsPlugins)
    throw unsupported(request, 'it has no .terraform.lock.hcl: run terraform init and commit the lock file')
  if (place.configuration.writesBesideCode)
    throw unsupported(
      request,
      'its plan writes files beside the code (archive_file), which a checkout refuses',
    )
}

/** To accept what the code declares would only turn drift into unapplied code. */
function refuseDeclared(request: PrepareRequest<TerraformOptions>, { findings }: Detection): void {
  const { addresses } = request.scope
  const inScope = findings.filter(({ address }) => addresses.length === 0 || addresses.includes(address))
  const declared = inScope.find(
    ({ kind, correctable }) =>
      kind === 'deleted' || kind === 'conflict' || (kind === 'changed' && correctable),
  )
  if (declared === undefined) return
  throw unsupported(
    request,
    `the code declares what differs in ${declared.address}: revert it, change the code, or accept only others by their addresses`,
  )
}

async function toPrepared(request: PrepareRequest<TerraformOptions>, judged: Judged): Promise<Prepared> {
  const { workplace, ready, made } = judged
  const proposal = await describe(request, judged)
  const wasTouched = proposal.changes.map(({ address, host, action }) => ({ address, host, action }))
  return {
    proposal,
    apply: (run) => applyPlan({ workplace, session: ready.session, planFile: made.file, wasTouched }, run),
  }
}

async function describe(request: PrepareRequest<TerraformOptions>, judged: Judged): Promise<Proposal> {
  const { planned, detection, workplace, ready, planFile } = judged
  const { action, addresses } = request.scope
  const secrets = [...request.secrets, ...planned.secretValues]
  const presenter: Presenter = { redactor: createRedactor(secrets), secrets: new Set(secrets) }
  const bindings = await describeBindings(workplace, ready, planFile)
  const entries = action === 'accept' ? planned.drifts : planned.changes
  const changes = describeChanges({ entries, findings: detection.findings, presenter })
  const { redactor } = presenter
  return {
    action,
    digest: digestPlan({ action, planned, bindings, key: request.key, redactor }),
    digestVersion: DIGEST_VERSION,
    changes,
    unpreviewed: [],
    destroys: action === 'accept' ? 0 : changes.filter((change) => change.action === 'delete').length,
    replaces: changes.filter((change) => change.action === 'replace').length,
    bindings,
    managed: detection.coverage.applicable,
    warnings: addresses.length === 0 ? [] : [TARGET_WARNING],
  }
}

const TARGET_WARNING =
  'Only part of the stack is planned (-target): what depends on it is included, everything else stays as it is. Terraform means this for exceptional cases; scan the whole stack afterwards.'

function unsupported(request: Pick<DetectRequest, 'stack'>, why: string): DriftError {
  return new DriftError('REMEDIATION_UNSUPPORTED', `${request.stack.name} cannot be remediated: ${why}`)
}
