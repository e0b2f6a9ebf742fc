import type { Transaction } from 'kysely'
import { isLeftBehind, toInterruptedScan } from '../domain/running-scan.js'
import { holdFence } from './fence.js'
import { inChunks } from './in-chunks.js'
import { insertScan } from './kysely-store.js'
import { rowToGroup, rowToRunning } from './schedule-rows.js'
import type { Recovered, RecoverRequest } from './schedule-store.js'
import type { Tables } from './tables.js'

/** Stores the scans that were left behind as interrupted, within a transaction. Throws LEADERSHIP_LOST. */
export async function recoverScans(db: Transaction<Tables>, request: RecoverRequest): Promise<Recovered> {
  const { now, fence, processState } = request
  await holdFence(db, fence)
  const rows = await db.selectFrom('running_scan').selectAll().orderBy('started_at').orderBy('id').execute()
  const left = rows
    .map((row) => ({ token: row.token, running: rowToRunning(row) }))
    .filter(({ running, token }) =>
      isLeftBehind(running, { fence, token, now, ownerState: processState(running.owner) }),
    )
    .map(({ running }) => running)
  const groups = await inChunks(left, (some) =>
    db
      .selectFrom('engine_group')
      .selectAll()
      .where(
        'scan_id',
        'in',
        some.map(({ id }) => id),
      )
      .execute(),
  )
  const scans = left.map(toInterruptedScan)
  for (const scan of scans) await insertScan(db, { scan, nextBaseline: null })
  const leftovers = groups.map(rowToGroup).filter(({ leader }) => processState(leader) === 'alive')
  return { scans, leftovers }
}
