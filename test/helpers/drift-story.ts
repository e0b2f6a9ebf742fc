import { acknowledge } from '../../src/domain/acknowledge.js'
import type { Drift, DriftChanges, DriftEvent } from '../../src/domain/drift.js'
import type { FollowRequest } from '../../src/domain/follow-request.js'
import { followDrift } from '../../src/domain/lifecycle.js'
import type { DriftRecord } from '../../src/domain/record.js'
import type { Scan } from '../../src/domain/scan.js'
import { buildScan } from './build-record.js'

const BEGIN_MS = Date.parse('2026-11-20T10:00:00.000Z')
const HOUR_MS = 60 * 60_000

/** One scan of a story, an hour after the one before unless it says otherwise. */
export interface StoryScan {
  readonly records?: readonly DriftRecord[]
  readonly scan?: Partial<Scan>
  readonly code?: string | null
  readonly remediated?: readonly string[]
  readonly afterMs?: number
}

/** A stack that is scanned again and again, with its drift as a store would keep it. */
export interface Story {
  /** Scans, keeps what comes of it, and says which events there were: `opened`, `resolved vanished`. */
  scan(scan?: StoryScan): readonly string[]
  acknowledge(fingerprint: string, reason: string): boolean
  drift(fingerprint?: string): Drift | undefined
  readonly drifts: readonly Drift[]
  readonly events: readonly DriftEvent[]
  readonly changes: DriftChanges
  /** When the last scan was. */
  readonly now: string
}

/** Begins a story. */
export function beginStory(settings: Partial<FollowRequest> = {}): Story {
  const kept = new Map<string, Drift>()
  const events: DriftEvent[] = []
  let changes: DriftChanges = { drifts: [], forgotten: [], events: [] }
  let nowMs = BEGIN_MS
  let lastGoodScanAt: string | null = null
  let count = 0
  const newId = (): string => `id${++count}`
  const now = (): string => new Date(nowMs).toISOString()
  return {
    scan({ records = [], scan = {}, code = null, remediated = [], afterMs = HOUR_MS } = {}) {
      nowMs += afterMs
      const status = records.length > 0 ? 'drifted' : 'in-sync'
      const built = buildScan({ id: `scan${++count}`, status, records, startedAt: now(), ...scan })
      changes = followDrift(
        {
          scan: built,
          code,
          confirm: 1,
          firstScan: 'alert',
          lastGoodScanAt,
          remediated: new Set(remediated),
          now: now(),
          newId,
          ...settings,
        },
        [...kept.values()],
      )
      for (const drift of changes.drifts) kept.set(drift.fingerprint, drift)
      for (const fingerprint of changes.forgotten) kept.delete(fingerprint)
      events.push(...changes.events)
      if (built.status !== 'failed') lastGoodScanAt = now()
      return changes.events.map(({ type, resolution }) => [type, resolution].filter(Boolean).join(' '))
    },
    acknowledge(fingerprint, reason) {
      const drift = kept.get(fingerprint)
      const done = drift && acknowledge(drift, { by: 'alice', reason, now: now(), newId })
      if (!done) return false
      kept.set(fingerprint, done.drift)
      events.push(done.event)
      return true
    },
    drift: (fingerprint = 'sha256:00') => kept.get(fingerprint),
    get drifts() {
      return [...kept.values()]
    },
    events,
    get changes() {
      return changes
    },
    get now() {
      return now()
    },
  }
}
