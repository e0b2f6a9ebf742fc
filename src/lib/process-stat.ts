import { readFileSync } from 'node:fs'

/** What Linux tells of a process. */
export interface ProcessStat {
  readonly parentId: number
  readonly groupId: number
  /** When it started, in clock ticks since the boot. */
  readonly startTicks: string
  /** A zombie that nobody has reaped yet, or about to vanish. */
  readonly isDead: boolean
}

/** What `/proc` tells of a process; null where there is none, or no such system. */
export function readProcessStat(pid: number): ProcessStat | null {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return null
  }
  // proc(5): `pid (name) state ppid pgrp ...`, the start time 22nd; the name may hold anything, so count from its last parenthesis
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = '', parent, group] = fields
  return {
    parentId: Number(parent),
    groupId: Number(group),
    startTicks: fields[19] ?? '',
    isDead: state === 'Z' || state === 'X',
  }
}
