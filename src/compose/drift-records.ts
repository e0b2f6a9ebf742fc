import { userInfo } from 'node:os'
import { ulid } from 'ulid'
import { acknowledge } from '../domain/acknowledge.js'
import type { Drift } from '../domain/drift.js'
import { DriftError } from '../domain/errors.js'
import { type StackHistory, summarizeHistory } from '../domain/history.js'
import type { Scan } from '../domain/scan.js'
import { systemClock } from '../lib/clock.js'
import { suggest } from '../lib/text/suggest.js'
import type { DriftStore } from '../store/drift-store.js'
import type { FoundRecord, Store } from '../store/store.js'

/** The parts of the store that know records and drift. */
export interface RecordStore extends Store {
  readonly drift: DriftStore
}

/** The last scan of a stack, with what is known of its records over time. */
export interface FoundStack {
  readonly scan: Scan
  readonly drifts: readonly Drift[]
}

/** Records, with what is known of them over time. */
export interface FoundRecords {
  readonly records: readonly FoundRecord[]
  readonly drifts: readonly Drift[]
}

/** A stack or records. */
export type Found = ({ readonly type: 'stack' } & FoundStack) | ({ readonly type: 'records' } & FoundRecords)

/** Of a stack's events, so many at most are read for its history. */
const MAX_EVENTS = 10_000

/**
 * A stack by its name, or records by the beginning of their id, gone ones included. `configured` are the names that may
 * be meant. Throws RECORD_UNKNOWN.
 */
export async function findStackOrRecords(
  store: RecordStore,
  what: string,
  configured: readonly string[],
): Promise<Found> {
  const stack = await findStack(store, what)
  return stack === null
    ? { type: 'records', ...(await findRecords(store, what, configured)) }
    : { type: 'stack', ...stack }
}

/** The last scan of a stack; null where there is none. */
export async function findStack(store: RecordStore, name: string): Promise<FoundStack | null> {
  const [state] = await store.stackStates([name])
  if (!state?.lastScan) return null
  const drifts = await store.drift.drifts([name])
  return { scan: state.lastScan, drifts: drifts.filter(({ state }) => state !== 'resolved') }
}

/**
 * Records by the beginning of their id: those of the last good scans, and those that they did not see beside the last
 * scan of their stack. Throws RECORD_UNKNOWN.
 */
export async function findRecords(
  store: RecordStore,
  idPrefix: string,
  configured: readonly string[] = [],
): Promise<FoundRecords> {
  const [seen, drifts] = await Promise.all([store.findRecords(idPrefix), store.drift.findDrifts(idPrefix)])
  const isSeen = ({ stack, id }: Drift): boolean =>
    seen.some(({ record, scan }) => record.id === id && scan.stack === stack)
  const unseen = drifts.filter((drift) => !isSeen(drift))
  const states = await store.stackStates([...new Set(unseen.map(({ stack }) => stack))])
  const scans = new Map(states.map(({ stack, lastScan }) => [stack, lastScan]))
  const others = unseen.flatMap(({ stack, record }) => {
    const scan = scans.get(stack)
    return scan ? [{ record, scan }] : []
  })
  const records = [...seen, ...others]
  if (records.length === 0) throw unknownRecord(idPrefix, configured)
  return { records, drifts }
}

/** Whose history is read, how far back, and what the configuration knows of it. */
export interface HistoryWish {
  readonly stack: string
  /** Of its newest scans. */
  readonly scanCount: number
  /** Names of the stacks that the configuration has. */
  readonly configured: readonly string[]
}

/** What happened to a stack in its newest scans and since the oldest of them. Throws STACK_UNKNOWN where it was never scanned. */
export async function readHistory(
  store: RecordStore,
  { stack, scanCount, configured }: HistoryWish,
): Promise<StackHistory> {
  const scans = await store.drift.pastScans(stack, scanCount)
  const oldest = scans.at(-1)
  if (oldest === undefined) {
    const hint = suggest(stack, configured) ?? '`driftd status` lists the names'
    throw new DriftError('STACK_UNKNOWN', `no scan of a stack "${stack}" is stored: ${hint}`)
  }
  const events = await store.drift.eventsOf(stack, MAX_EVENTS)
  // events before the first scan that is kept have nothing to stand beside
  const isComplete = scans.length < scanCount
  const kept = isComplete ? events : events.filter(({ at }) => at >= oldest.startedAt)
  return { ...summarizeHistory(stack, scans, kept), isConfigured: configured.includes(stack) }
}

/** What a person says about a record. */
export interface AcknowledgeWish {
  readonly idPrefix: string
  readonly reason: string
  /** Null: whoever runs driftd. */
  readonly by: string | null
}

/** Acknowledges a drift until its content changes. Throws RECORD_UNKNOWN, RECORD_AMBIGUOUS, DRIFT_NOT_OPEN. */
export async function acknowledgeRecord(
  { drift: store }: RecordStore,
  { idPrefix, reason, by }: AcknowledgeWish,
): Promise<Drift> {
  const found = oneOf(idPrefix, await store.findDrifts(idPrefix))
  const request = {
    by: by ?? userName(),
    reason,
    now: systemClock.now().toISOString(),
    newId: ulid,
  }
  const done = await store.changeDrift(found.stack, found.fingerprint, (drift) => acknowledge(drift, request))
  if (done !== null) return done.drift
  const [now = found] = (await store.drifts([found.stack])).filter(
    ({ fingerprint }) => fingerprint === found.fingerprint,
  )
  throw new DriftError('DRIFT_NOT_OPEN', `${now.id} (${now.record.address}) ${whyNotOpen(now)}`)
}

/** One record, and the scan that it belongs to, by the beginning of its id. Throws RECORD_UNKNOWN, RECORD_AMBIGUOUS. */
export async function findOneRecord(store: RecordStore, idPrefix: string): Promise<FoundRecord> {
  const { records } = await findRecords(store, idPrefix)
  const named = records.map((found) => ({ id: found.record.id, stack: found.scan.stack, found }))
  return oneOf(idPrefix, named).found
}

/** The account that runs driftd, for who did something. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    // an account without a name, as containers have
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

function oneOf<T extends { readonly id: string; readonly stack: string }>(
  idPrefix: string,
  found: readonly T[],
): T {
  const [first] = found
  if (first === undefined) throw unknownRecord(idPrefix, [])
  if (found.length === 1) return first
  const names = found.slice(0, 3).map(({ id, stack }) => `${id} in ${stack}`)
  throw new DriftError(
    'RECORD_AMBIGUOUS',
    `${found.length} records have an id that begins with "${idPrefix}" (${names.join(', ')}${found.length > 3 ? ', …' : ''}): give more of it`,
  )
}

function whyNotOpen({ state, rule, resolvedAt }: Drift): string {
  if (state === 'ignored') {
    return `is ignored by a rule of ${rule?.owner ?? 'the repository'}: there is nothing to acknowledge`
  }
  return `was resolved${resolvedAt === null ? '' : ` at ${resolvedAt}`}: there is nothing to acknowledge`
}

function unknownRecord(what: string, configured: readonly string[]): DriftError {
  const hint = suggest(what, configured) ?? '`driftd status` lists the stacks, `driftd scan` scans them'
  const words = `no scanned stack is named "${what}", and no record has an id that begins so; ${hint}`
  return new DriftError('RECORD_UNKNOWN', words)
}
