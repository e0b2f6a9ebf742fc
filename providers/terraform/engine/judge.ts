import type { ScanWarning } from '../../../src/domain/scan.js'
import { createRedactor } from '../../../src/lib/redact.js'
import type { Detection } from '../../../src/scan/provider.js'
import { classifyPlan } from '../classify/classify.js'
import { readLockedProviders } from '../code/provider-lock.js'
import { indexSources, NO_SOURCES } from '../code/sources.js'
import type { Plan } from '../plan-json/plan-json.js'
import { readPlan } from '../plan-json/read-plan.js'
import type { ReadyStack } from './initialise.js'
import type { MadePlan } from './plan.js'
import { BUILT_IN_PROVIDER, loadSchema } from './schema-cache.js'
import { showPlan } from './show.js'
import type { Workplace } from './workplace.js'

/** A plan to be judged. */
export interface JudgeRequest {
  readonly workplace: Workplace
  readonly ready: ReadyStack
  readonly plan: MadePlan
}

/** Shows a plan and classifies it. Without baseline; free of secrets. Throws as `spoolJson`, `readPlan`, `classifyPlan`. */
export async function judgePlan(judgement: JudgeRequest): Promise<Detection> {
  const { workplace, ready, plan } = judgement
  const { request, place: stackPlace } = workplace
  const { scratchFolder, stack, key, secrets, cacheFolder } = request
  const { session } = ready
  request.onPhase('show')
  const read = await showPlan({ session, scratchFolder }, plan, readPlan)
  const providers = await readLockedProviders(ready.lockFile ?? '')
  const builtIn = stackPlace.configuration.usesBuiltIn
    ? [{ source: BUILT_IN_PROVIDER, version: session.engine.version }]
    : []
  const schema = await loadSchema({
    session,
    providers: [...providers, ...builtIn],
    cacheFolder,
    scratchFolder,
  })
  request.onPhase('parse')
  const place = { folder: session.folder, path: stack.path, workingFolder: workplace.workingFolder }
  const sources = namesResources(read) ? await indexSources(place) : NO_SOURCES
  const { diagnostics } = plan.stream
  const { secretValues, findings, coverage, coverageRatio, isPartial, warnings } = classifyPlan({
    plan: read,
    schema,
    stack: stack.name,
    key,
    secrets,
    diagnostics,
    ...sources,
  })
  const redactor = createRedactor(secretValues)
  const scrub = (warning: ScanWarning): ScanWarning => ({
    ...warning,
    message: redactor.text(warning.message),
  })
  const plugins = Object.fromEntries(providers.map(({ source, version }) => [source, version]))
  const verdict = { findings, coverage, coverageRatio, isPartial, warnings: warnings.map(scrub) }
  return { ...verdict, nextBaseline: null, plugins }
}

/** Something is to be said of single resources, or may be. */
function namesResources({ drifts, changes, failedChecks }: Plan): boolean {
  return drifts.length > 0 || changes.length > 0 || failedChecks.length > 0
}
