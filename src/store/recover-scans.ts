import type { Transaction } from 'kysely'
import {
  type EngineGroup,
  isLeftBehind,
  type RunningScan,
  toInterruptedScan,
} from '../domain/running-scan.js'
import type { Scan } from '../domain/scan.js'
import { holdFence } from './fence.js'
import { inChunks } from './in-chunks.js'
import { insertScan } from './kysely-store.js'
import { rowToGroup, rowToRunning } from './schedule-rows.js'
import type { RecoverRequest } from './schedule-store.js'
import type { Tables } from './tables.js'

/** Stores the scans that were left behind as interrupted, within a transaction. Throws LEADERSHIP_LOST. */
export async function recoverScans(
  db: Transaction<Tables>,
  request: RecoverRequest,
): Promise<readonly Scan[]> {
  const scans = (await findLeftBehind(db, request)).map(toInterruptedScan)
  for (const scan of scans) await insertScan(db, { scan, nextBaseline: null })
  return scans
}

/** The engines of scans that were left behind, as far as they still run here. Throws LEADERSHIP_LOST. */
export async function findLeftovers(
  db: Transaction<Tables>,
  request: RecoverRequest,
): Promise<readonly EngineGroup[]> {
  const groups = await inChunks(await findLeftBehind(db, request), (some) =>
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
  return groups.map(rowToGroup).filter(({ leader }) => request.processState(leader) === 'alive')
}

async function findLeftBehind(
  db: Transaction<Tables>,
  { now, fence, processState }: RecoverRequest,
): Promise<readonly RunningScan[]> {
  await holdFence(db, fence)
  const rows = await db.selectFrom('running_scan').selectAll().orderBy('started_at').orderBy('id').execute()
  return rows
    .map((row) => ({ token: row.token, running: rowToRunning(row) }))
    .filter(({ running, token }) =>
      isLeftBehind(running, { fence, token, now, ownerState: processState(running.owner) }),
    )
    .map(({ running }) => running)
}
