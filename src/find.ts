import { DriftError } from './domain/errors.js'
import type { Scan } from './domain/scan.js'
import type { FoundRecord, Store } from './store/store.js'

/** The last scan of a stack. Throws STACK_UNKNOWN where there is none. */
export async function findScan(store: Store, stack: string): Promise<Scan> {
  const [state] = await store.stackStates([stack])
  if (state?.lastScan) return state.lastScan
  throw new DriftError(
    'STACK_UNKNOWN',
    `no scanned stack is named "${stack}"; \`driftd status\` lists the stacks`,
  )
}

/** Records by the beginning of their id. Throws RECORD_UNKNOWN where there is none. */
export async function findRecords(store: Store, idPrefix: string): Promise<readonly FoundRecord[]> {
  const records = await store.findRecords(idPrefix)
  if (records.length > 0) return records
  throw new DriftError(
    'RECORD_UNKNOWN',
    `no record of the last scans has an id that begins with "${idPrefix}"`,
  )
}
