import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError } from '../../src/domain/errors.js'
import type { ScanWarning } from '../../src/domain/scan.js'
import type { Detection, DetectRequest } from '../../src/scan/provider.js'
import { localStateFile } from './code/backend.js'
import { hashVerdictInputs, isVerdictReusable, readVerdict, writeVerdict } from './engine/detection-cache.js'
import { isInitNeeded } from './engine/failure-table.js'
import { initialise, type ReadyStack, removeCopy } from './engine/initialise.js'
import { judgePlan } from './engine/judge.js'
import { type MadePlan, makePlan, PlanFailure } from './engine/plan.js'
import { type PlanFile, readPlanFile } from './engine/plan-file.js'
import { isLocalStateLocked, isSameState, readStateIdentity } from './engine/state.js'
import { judgeState, rememberState, stateBaseline } from './engine/state-memory.js'
import { openWorkplace, type Workplace } from './engine/workplace.js'
import type { TerraformOptions } from './options.js'

/**
 * Says what differs between a root module and reality: one plan, shown and classified. Nothing is written into the
 * folder, the state or the world. A plan during which the state changed is made again, once.
 * Throws a DriftError with a code of the groups "any engine" and "Terraform" where there is no verdict.
 */
export async function detectDrift(request: DetectRequest<TerraformOptions>): Promise<Detection> {
  request.onPhase('init')
  const workplace = await openWorkplace(request)
  try {
    const detection = (await attempt(workplace)) ?? (await attempt(workplace))
    if (detection !== null) return detection
  } finally {
    await removeCopy(workplace)
  }
  throw new DriftError(
    'STATE_BUSY',
    `the state of ${workplace.place.folder} changed while the plan ran, twice: somebody applies; scan again when they are done`,
  )
}

/** One plan and its verdict. Null where the state changed meanwhile: what looks like drift may be somebody's apply. */
async function attempt(workplace: Workplace): Promise<Detection | null> {
  const { request, place } = workplace
  const { ready, plan } = await planInitialised(workplace)
  try {
    const planFile = await readPlanFile(plan.file)
    const stateWarnings = judgeState(workplace, planFile)
    const detection = await judge(workplace, { ready, plan, planFile })
    if (planFile !== null && (await isTorn(workplace, { ready, planFile, detection }))) return null
    await rememberState(request.dataFolder, planFile)
    return {
      ...detection,
      warnings: [
        ...detection.warnings,
        // code without resources needs no state
        ...(detection.findings.length > 0 ? stateWarnings : []),
        ...lockFileWarning(ready, place.folder),
        ...(await busyWarning(workplace, detection)),
      ],
      nextBaseline: stateBaseline(planFile),
    }
  } finally {
    await rm(plan.file, { force: true })
  }
}

/** A plan; where it says that `init` is needed after all (a cleaned cache, a moved module), once more after one. */
async function planInitialised(
  workplace: Workplace,
): Promise<{ readonly ready: ReadyStack; readonly plan: MadePlan }> {
  const { request } = workplace
  for (const force of [false, true]) {
    const ready = await initialise(workplace, force)
    request.onPhase('plan')
    try {
      return { ready, plan: await planOnce(workplace, ready) }
    } catch (error) {
      if (!(error instanceof PlanFailure)) throw error
      if (force || !isInitNeeded(error.stream.diagnostics)) throw error.error
      request.onPhase('init')
    }
  }
  throw new DriftError('INTERNAL', 'a plan neither succeeded nor failed')
}

function planOnce(workplace: Workplace, ready: ReadyStack): Promise<MadePlan> {
  const { request, varFiles } = workplace
  const { vars } = request.stack.options
  return makePlan({ session: ready.session, varFiles, vars, scratchFolder: request.scratchFolder })
}

/** What one attempt has in hand. */
interface Evidence {
  readonly ready: ReadyStack
  readonly plan: MadePlan
  readonly planFile: PlanFile | null
}

/** The verdict on a plan: the stored one where nothing it follows from has changed, else a new one. */
async function judge(workplace: Workplace, evidence: Evidence): Promise<Detection> {
  const { request } = workplace
  const { plan, planFile } = evidence
  const judgeAnew = (): Promise<Detection> => judgePlan({ workplace, ready: evidence.ready, plan })
  if (planFile === null || !isVerdictReusable(plan)) return judgeAnew()
  const path = join(request.dataFolder, 'verdict.json')
  const hash = verdictHash(workplace, evidence.ready, planFile)
  const stored = await readVerdict(path, hash)
  if (stored !== null) return stored
  const detection = await judgeAnew()
  // a verdict with a reservation (no schema could be had) is not kept: the next scan may know better
  if (detection.warnings.length === 0) await writeVerdict(path, hash, detection)
  return detection
}

function verdictHash(workplace: Workplace, ready: ReadyStack, planFile: PlanFile): string {
  const { request, variables, session } = workplace
  const { stack, secrets, key } = request
  const engine = `${session.engine.name} ${session.engine.version}`
  const inputs = {
    planFile,
    lockFile: ready.lockFile,
    variables,
    engine,
    stack: stack.name,
    secrets,
    path: stack.path,
  }
  return hashVerdictInputs(inputs, key)
}

/**
 * True where the state was written while the plan ran. A local state is always asked. Any other one only where
 * something differs outside the code: the plan compares the state it read at its start with the world it read
 * later, so an apply in between can invent a difference, but cannot hide one that is there at its end. What it may
 * still invent, "not applied yet" for what was applied this minute, is no drift and gone with the next scan.
 */
async function isTorn(
  workplace: Workplace,
  seen: { readonly ready: ReadyStack; readonly planFile: PlanFile; readonly detection: Detection },
): Promise<boolean> {
  const { place, request } = workplace
  const localFile = localStateFile(place.backend, place.folder, place.workspace)
  if (localFile === null && !hasOutsideDifference(seen.detection)) return false
  request.signal.throwIfAborted()
  const after = await readStateIdentity({ session: seen.ready.session, localFile })
  return !isSameState(seen.planFile.state, after)
}

const OUTSIDE_KINDS: ReadonlySet<string> = new Set(['changed', 'deleted', 'conflict'])

function hasOutsideDifference(detection: Detection): boolean {
  return detection.findings.some((finding) => OUTSIDE_KINDS.has(finding.kind))
}

/**
 * An apply that is under way has changed the world, but not yet the state. A local state has a note of it, which
 * also stays behind when Terraform is killed: so it is no failure, but said beside a difference.
 */
async function busyWarning(workplace: Workplace, detection: Detection): Promise<readonly ScanWarning[]> {
  const { place } = workplace
  const localFile = localStateFile(place.backend, place.folder, place.workspace)
  if (localFile === null || !hasOutsideDifference(detection) || !(await isLocalStateLocked(localFile)))
    return []
  const message = `the state ${localFile} is locked: if somebody applies right now, what differs may be their work half done; if a Terraform was killed, remove the lock`
  return [{ code: 'STATE_LOCKED', message }]
}

function lockFileWarning(ready: ReadyStack, folder: string): readonly ScanWarning[] {
  // no lock file was written either: all providers are built in
  if (!ready.lacksLockFile || ready.lockFile === null) return []
  const message = `${folder} has no .terraform.lock.hcl: the scan ran in a private copy with provider versions of its own; run terraform init and commit the lock file`
  return [{ code: 'LOCKFILE_MISSING', message }]
}
