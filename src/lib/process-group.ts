import { readdirSync } from 'node:fs'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { readProcessStat } from './process-stat.js'

/** One step of stopping a program: a signal to the program alone or to its whole group, then a wait. */
export interface StopStep {
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'
  readonly target: 'process' | 'group'
  /** How long the program may take before the next step. */
  readonly waitMs: number
}

const GROUP_POLL_MS = 20
const GROUP_GONE_TIMEOUT_MS = 5_000

/** Ends the process group of one program: step by step when it is to be stopped, and whatever it leaves behind. */
export class ProcessGroup {
  readonly #pid: number
  readonly #steps: readonly StopStep[]
  #stopping: Promise<void> | null = null
  #ending: Promise<void> | null = null

  constructor(pid: number, steps: readonly StopStep[]) {
    this.#pid = pid
    this.#steps = steps
  }

  /** Sends the steps of the stop procedure one after the other until the group is gone. */
  stop(): void {
    this.#stopping ??= endGroup(this.#pid, this.#steps)
  }

  /** Ends what the program left behind in its group; returns when the group is empty. */
  end(): Promise<void> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  async #end(): Promise<void> {
    if (await waitForGroup(this.#pid, GROUP_POLL_MS * 5)) return
    send(-this.#pid, 'SIGTERM')
    if (await waitForGroup(this.#pid, 1_000)) return
    send(-this.#pid, 'SIGKILL')
    await waitForGroup(this.#pid, GROUP_GONE_TIMEOUT_MS)
  }
}

/** Ends a group step by step. Returns when it is gone, or when no step helped. */
export async function endGroup(groupId: number, steps: readonly StopStep[]): Promise<void> {
  for (const step of steps) {
    if (!isGroupAlive(groupId)) return
    send(step.target === 'group' ? -groupId : groupId, step.signal)
    await waitForGroup(groupId, step.waitMs)
  }
}

/** Ends a whole group at once. */
export function killGroup(groupId: number): void {
  send(-groupId, 'SIGKILL')
}

/** True while the group has a member that is more than a zombie nobody has reaped (as in containers without an init). */
function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return process.platform !== 'linux' || hasLivingMember(pid)
}

function hasLivingMember(groupId: number): boolean {
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false
    const stat = readProcessStat(Number(entry))
    return stat !== null && stat.groupId === groupId && !stat.isDead
  })
}

/** True when the group is gone within the time. */
async function waitForGroup(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (isGroupAlive(pid)) {
    if (performance.now() >= deadline) return false
    await sleep(GROUP_POLL_MS)
  }
  return true
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, constants.signals[signal])
  } catch {
    // already gone
  }
}
