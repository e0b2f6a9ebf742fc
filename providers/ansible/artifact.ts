import type { ResultEvent, TaskEvent } from './events.js'
import type { PredictedChange } from './host-memory.js'
import { isAccountModule, isCommandModule, isPackageModule, isServiceModule } from './modules.js'

const PATH_NEEDS = ['path', 'dest', 'src', 'chdir'] as const
const ACCOUNT_NEEDS = ['owner', 'group', 'user', 'name'] as const

/**
 * True where a failure comes from the check, not from the host (facts A4): an asynchronous task, a wait for a command
 * that was not run, or something an earlier task of the same host would have made.
 */
export function isArtifact(
  task: TaskEvent,
  result: ResultEvent,
  predicted: readonly PredictedChange[],
): boolean {
  if (result.real) return false
  if (task.async) return true
  if (task.until && isCommandModule(task.module)) return true
  return predicted.some((change) => dependsOn(task, result.needs ?? {}, change))
}

function dependsOn(
  task: TaskEvent,
  needs: Readonly<Record<string, string>>,
  change: PredictedChange,
): boolean {
  if (isServiceModule(task.module)) return isPackageModule(change.module) || mentions(change, needs.name)
  if (change.resource === null) return false
  if (isAccountModule(change.module)) {
    const names = change.resource.split(',')
    return ACCOUNT_NEEDS.some((key) => names.includes(needs[key] ?? ''))
  }
  return change.isNew && PATH_NEEDS.some((key) => isAtOrBelow(needs[key], change.resource ?? ''))
}

/** A unit file that would have been written just before the service it describes. */
function mentions(change: PredictedChange, service: string | undefined): boolean {
  return service !== undefined && (change.resource?.includes(service) ?? false)
}

function isAtOrBelow(path: string | undefined, folder: string): boolean {
  if (path === undefined || !folder.startsWith('/')) return false
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}
