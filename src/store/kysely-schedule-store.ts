import type { Kysely, Transaction } from 'kysely'
import type { EngineGroup } from '../domain/running-scan.js'
import { holdFence } from './fence.js'
import type { GuardedDatabase } from './guarded-database.js'
import { inChunks, isMany } from './in-chunks.js'
import { readLeader, setLease, takeLead } from './lead.js'
import { findLeftovers, recoverScans } from './recover-scans.js'
import {
  emptySchedule,
  groupToRow,
  rowToRunning,
  rowToSchedule,
  runningToRow,
  scheduleToRow,
} from './schedule-rows.js'
import type { ScheduleStore, StackSchedule, StackScheduleChange } from './schedule-store.js'
import type { Tables } from './tables.js'
import { unsyncedTransaction } from './unsynced-transaction.js'

/** What the daemon must know after a restart, on a database that Kysely speaks to. */
export function createKyselyScheduleStore({ db, guard }: GuardedDatabase): ScheduleStore {
  const change = <T>(run: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> =>
    guard(() => db.transaction().execute(run))
  // a power cut ends the engines too
  const note = <T>(run: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> =>
    guard(() => unsyncedTransaction(db, run))
  return {
    stackSchedules: (stacks) => guard(() => readSchedules(db, stacks)),
    saveStackSchedules: (changes, fence) =>
      change(async (transaction) => {
        await holdFence(transaction, fence)
        await saveSchedules(transaction, changes)
      }),
    startScan: (scan, fence) =>
      note(async (transaction) => {
        await holdFence(transaction, fence)
        const row = runningToRow(scan, fence?.token ?? null)
        await transaction.insertInto('running_scan').values(row).execute()
      }),
    noteEngine: (group) => note((transaction) => noteEngine(transaction, group)),
    abandonScan: async (id) => {
      await guard(() => db.deleteFrom('running_scan').where('id', '=', id).execute())
    },
    runningScans: () =>
      guard(async () => {
        const rows = db.selectFrom('running_scan').selectAll().orderBy('started_at').orderBy('id')
        return (await rows.execute()).map(rowToRunning)
      }),
    leftovers: (request) => change((transaction) => findLeftovers(transaction, request)),
    recover: (request) => change((transaction) => recoverScans(transaction, request)),
    takeLead: (request) => change((transaction) => takeLead(transaction, request)),
    renewLead: (fence, leaseUntil) => guard(() => setLease(db, fence, leaseUntil)),
    releaseLead: async (fence) => {
      await guard(() => setLease(db, fence, null))
    },
    leader: () => guard(() => readLeader(db)),
    assertLeader: (fence) => change((transaction) => holdFence(transaction, fence)),
  }
}

async function readSchedules(
  db: Kysely<Tables>,
  stacks: readonly string[],
): Promise<readonly StackSchedule[]> {
  if (stacks.length === 0) return []
  const rows = await db
    .selectFrom('stack_schedule')
    .selectAll()
    .$if(!isMany(stacks), (query) => query.where('stack', 'in', stacks))
    .execute()
  const byStack = new Map(rows.map((row) => [row.stack, rowToSchedule(row)]))
  return stacks.map((stack) => byStack.get(stack) ?? emptySchedule(stack))
}

async function saveSchedules(
  db: Transaction<Tables>,
  changes: readonly StackScheduleChange[],
): Promise<void> {
  const former = await readSchedules(
    db,
    changes.map(({ stack }) => stack),
  )
  // of several changes of one stack the later ones add to the earlier
  const merged = new Map(former.map((schedule) => [schedule.stack, schedule]))
  for (const change of changes) {
    merged.set(change.stack, { ...emptySchedule(change.stack), ...merged.get(change.stack), ...change })
  }
  await inChunks([...merged.values()].map(scheduleToRow), (some) =>
    db
      .insertInto('stack_schedule')
      .values(some)
      .onConflict((conflict) =>
        conflict.column('stack').doUpdateSet((eb) => ({
          last_slot: eb.ref('excluded.last_slot'),
          next_scan_at: eb.ref('excluded.next_scan_at'),
          consecutive_failures: eb.ref('excluded.consecutive_failures'),
          peak_memory_bytes: eb.ref('excluded.peak_memory_bytes'),
          back_off_until: eb.ref('excluded.back_off_until'),
        })),
      )
      .execute(),
  )
}

/** Nothing where the scan is running no longer: an engine that started as it was stored needs no note. */
async function noteEngine(db: Transaction<Tables>, group: EngineGroup): Promise<void> {
  const running = await db
    .updateTable('running_scan')
    .set({ phase: group.phase })
    .where('id', '=', group.scan)
    .returning('id')
    .execute()
  if (running.length > 0) await db.insertInto('engine_group').values(groupToRow(group)).execute()
}
