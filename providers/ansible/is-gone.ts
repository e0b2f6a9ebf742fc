import type { ResultEvent, TaskEvent } from './events.js'
import { isCommandModule } from './modules.js'

/** True where the thing the task declares is not there at all. */
export function isGone(task: TaskEvent, result: ResultEvent): boolean {
  if (result.want === 'absent') return false
  if (isCommandModule(task.module)) return result.res?.[0] === 'creates'
  return result.diff?.some((part) => (part.k === 'text' || part.k === 'values') && part.new) ?? false
}
