import { readdirSync, readFileSync } from 'node:fs'
import { readProcessStat } from './process-stat.js'

/** Watches how much memory a process group takes. */
export interface GroupMemory {
  /** Ends the watching. Returns the most bytes that were resident at once, or null where it was too short to tell. */
  end(): number | null
}

/**
 * The kernel keeps the peak of each living process (VmHWM), so that looking twice a second misses only what a process
 * gained in its last half second, and programs that lived for less.
 */
const SWEEP_MS = 500

interface Watched {
  readonly groupId: number
  peakBytes: number | null
}

/** The groups that are watched, and whose processes are whose: as global as the process table that one sweep reads. */
const watched = new Map<number, Watched>()
let owners = new Map<number, number | null>()
let timer: NodeJS.Timeout | null = null

/**
 * Watches a process group with all processes that come from it, also those that left the group. Where there is no
 * `/proc` nothing is seen. What processes share counts for each of them, so the sum is rather too high.
 */
export function watchGroupMemory(groupId: number): GroupMemory {
  const entry: Watched = { groupId, peakBytes: null }
  watched.set(groupId, entry)
  timer ??= setInterval(sweep, SWEEP_MS).unref()
  return {
    end() {
      if (watched.get(groupId) === entry) watched.delete(groupId)
      if (watched.size === 0 && timer !== null) {
        clearInterval(timer)
        timer = null
        owners = new Map()
      }
      return entry.peakBytes
    },
  }
}

function sweep(): void {
  const sums = new Map<number, number>()
  const known = owners
  owners = new Map()
  for (const pid of readProcessIds()) {
    // what a process is of does not change, and most processes of a machine are not ours: each is looked at once
    const owner = known.has(pid) ? (known.get(pid) ?? null) : readOwner(pid)
    owners.set(pid, owner)
    if (owner !== null && watched.has(owner)) sums.set(owner, (sums.get(owner) ?? 0) + readPeakBytes(pid))
  }
  for (const [groupId, bytes] of sums) {
    const entry = watched.get(groupId)
    if (entry !== undefined && bytes > 0) entry.peakBytes = Math.max(entry.peakBytes ?? 0, bytes)
  }
}

/** In ascending order, so that parents mostly come before their children. */
function readProcessIds(): readonly number[] {
  try {
    const ids = readdirSync('/proc').map(Number)
    return ids.filter((id) => id > 0).sort((a, b) => a - b)
  } catch {
    return []
  }
}

/** The watched group that a process belongs to: by its own group, or by its parent. */
function readOwner(pid: number): number | null {
  const stat = readProcessStat(pid)
  if (stat === null) return null
  return watched.has(stat.groupId) ? stat.groupId : (owners.get(stat.parentId) ?? null)
}

function readPeakBytes(pid: number): number {
  try {
    const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes) * 1024
  } catch {
    // gone meanwhile
    return 0
  }
}
