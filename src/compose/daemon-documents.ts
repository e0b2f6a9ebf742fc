import { historyDocument } from '../documents/history-document.js'
import { recordsDocument, scansDocument } from '../documents/scans-document.js'
import { statusDocument } from '../documents/status-document.js'
import { DriftError } from '../domain/errors.js'
import type { Served } from '../server/served.js'
import { findRecords, findStack, type RecordStore, readHistory } from './drift-records.js'
import type { StatusReader } from './read-status.js'

/** Of one stack's scans, the newest. */
const MAX_HISTORY_SCANS = 1_000

/** The documents of the API: those that the command line prints. */
export function createDaemonDocuments(
  store: RecordStore,
  status: () => StatusReader,
): Pick<Served, 'status' | 'stack' | 'history' | 'records'> {
  return {
    status: async () => statusDocument(await status().stacks(), await status().daemon()),
    async stack(name) {
      const found = await findStack(store, name)
      if (found !== null) return scansDocument([found.scan], found.drifts)
      throw new DriftError('STACK_UNKNOWN', `no scan of a stack "${name}" is stored`)
    },
    async history(stack) {
      const configured = await status().knownNames()
      const wish = { stack, scanCount: MAX_HISTORY_SCANS, configured }
      return historyDocument(await readHistory(store, wish))
    },
    async records(idPrefix) {
      const { records, drifts } = await findRecords(store, idPrefix)
      return recordsDocument(records, drifts)
    },
  }
}
