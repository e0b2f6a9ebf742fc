import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { RUN_MARK } from './environment.js'

const WAIT_MS = 2_000
const POLL_MS = 20

/**
 * Ends what a stopped run left outside its process group: workers of newer cores and detached modules are sessions
 * of their own. They are known by the mark in their environment. Linux only; elsewhere the group is all there is.
 */
export async function endLeftovers(mark: string): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const pids = markedProcesses(mark)
    if (pids.length === 0) return
    for (const pid of pids) send(pid, signal)
    await waitUntilGone(mark)
  }
}

/** Processes of this user that carry the mark. */
export function markedProcesses(mark: string): readonly number[] {
  if (process.platform !== 'linux') return []
  const needle = `${RUN_MARK}=${mark}`
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).split('\0').includes(needle))
    .map(Number)
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}

async function waitUntilGone(mark: string): Promise<void> {
  const deadline = performance.now() + WAIT_MS
  while (markedProcesses(mark).length > 0 && performance.now() < deadline) await sleep(POLL_MS)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // already gone
  }
}
