import { killGroup } from './process-group.js'

/** The process groups that this operating-system process has started: as global as the process itself. */
const liveGroups = new Set<number>()

/** Notes a group that runs; the returned function forgets it. */
export function noteLiveGroup(pid: number): () => void {
  liveGroups.add(pid)
  return () => liveGroups.delete(pid)
}

/** Ends the process groups of all running programs at once: for the second Ctrl-C, and before a crash ends us. */
export function killLiveGroups(): void {
  for (const pid of liveGroups) killGroup(pid)
}
