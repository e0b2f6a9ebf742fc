import { isArtifact } from './artifact.js'
import type { DiffPart, ResultEvent, TaskEvent } from './events.js'
import type { HostMemory } from './host-memory.js'
import { isAlwaysChanged, isAssertion, isCommandModule, isControl, isInclude } from './modules.js'
import type { ResultState } from './result-state.js'

/** The state of one result. Pure: what came before on the host is in `memory`. */
export function classifyResult(task: TaskEvent, result: ResultEvent, memory: HostMemory): ResultState {
  if (result.s === 'unreachable') return 'unreachable'
  if (task.handler) return result.s === 'failed' ? 'artifact' : 'handler'
  if (result.s === 'failed') return classifyFailure(task, result, memory)
  if (result.s === 'skipped') return classifySkip(task, result, memory)
  if (isControl(task.module)) return 'control'
  if (result.real) return 'executed'
  if (memory.isTainted(task)) return 'tainted'
  return result.changed ? classifyChange(task, result) : classifyUnchanged(task, result)
}

/** A failure says something about the host only where nothing about check mode explains it. */
function classifyFailure(task: TaskEvent, result: ResultEvent, memory: HostMemory): ResultState {
  if (memory.isTainted(task)) return 'tainted'
  const isCaught = result.ignored || task.rescued
  // an assertion that the code itself answers is how a playbook branches
  if (isAssertion(task.module)) return isCaught ? 'control' : 'check'
  if (isArtifact(task, result, memory.predicted)) return 'artifact'
  return result.rule && !isCaught ? 'check' : 'error'
}

/** Only a condition leaves its reason in the result; a skip without one is check mode refusing (facts A3). */
function classifySkip(task: TaskEvent, result: ResultEvent, memory: HostMemory): ResultState {
  if (isControl(task.module) && !isInclude(task.module)) return 'control'
  if (result.when) return memory.isTainted(task) ? 'tainted' : 'not-applicable'
  return result.real || isControl(task.module) ? 'not-applicable' : 'unverifiable'
}

function classifyChange(task: TaskEvent, result: ResultEvent): ResultState {
  if (isAlwaysChanged(task.module)) return 'unverifiable'
  const parts = result.diff ?? []
  if (parts.length > 0) return parts.every((part) => isRestless(part, result)) ? 'noise' : 'drift'
  if (RESTLESS_STATES.has(result.want ?? '')) return 'noise'
  // before and after are the same: only `changed_when` can have said so
  return task.changedWhen && result.compared ? 'noise' : 'drift'
}

/** Only times differ; `touch` also calls the file it touches by another state. */
function isRestless(part: DiffPart, result: ResultEvent): boolean {
  if (part.k === 'volatile') return true
  if (part.k !== 'values' || part.new || result.want !== 'touch') return false
  return part.changes.every((change) => change.p.join() === 'state')
}

function classifyUnchanged(task: TaskEvent, result: ResultEvent): ResultState {
  const isHiddenByRule = task.changedWhen && !isCommandModule(task.module)
  return isHiddenByRule && result.diff?.some((part) => part.k !== 'volatile') ? 'suppressed' : 'verified'
}

/** `state: restarted` and a mere `update_cache` are never satisfied. */
const RESTLESS_STATES: ReadonlySet<string> = new Set(['restarted', 'reloaded', 'touch', 'cache'])
