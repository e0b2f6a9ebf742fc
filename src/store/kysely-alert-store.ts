import type { Transaction } from 'kysely'
import type { AlertStore } from '../alert/alert-store.js'
import { readAlertMemory, readDispatchState, readRememberedStacks, writeCommit } from './alert-memory.js'
import { readLastScans, readPending, readScanFacts } from './alert-scan-facts.js'
import {
  countDeliveries,
  countMessages,
  forgetOthers,
  hasten,
  prune,
  readLastSequence,
  readLines,
  readNextDelivery,
  resendDeliveries,
  writeAttempt,
} from './deliveries.js'
import type { GuardedDatabase } from './guarded-database.js'
import { insertNotice, readOpenNotices } from './notices.js'
import type { Tables } from './tables.js'

/** What alerts remember, on a database that Kysely speaks to. */
export function createKyselyAlertStore({ db, guard }: GuardedDatabase): AlertStore {
  const change = <T>(run: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> =>
    guard(() => db.transaction().execute(run))
  return {
    scanFacts: (stacks) => guard(() => readScanFacts(db, stacks)),
    lastScans: () => guard(() => readLastScans(db)),
    pendingRecords: (stacks) => guard(() => readPending(db, stacks)),

    dispatchState: () => guard(() => readDispatchState(db)),
    alertMemory: (query) => guard(() => readAlertMemory(db, query)),
    rememberedStacks: () => guard(() => readRememberedStacks(db)),
    messagesSince: (channel, since) => guard(() => countMessages(db, channel, since)),
    lastSequence: (channel, alertKey) => guard(() => readLastSequence(db, channel, alertKey)),
    commitDispatch: (commit) => change((transaction) => writeCommit(transaction, commit)),

    notify: (notice) => guard(() => insertNotice(db, notice)),
    openNotices: (limit) => guard(() => readOpenNotices(db, limit)),

    nextDelivery: (channel, now) => guard(() => readNextDelivery(db, channel, now)),
    recordAttempt: (id, result) => change((transaction) => writeAttempt(transaction, id, result)),
    hastenDeliveries: (channel, now) => guard(() => hasten(db, channel, now)),
    deliveries: (filter) => guard(() => readLines(db, filter)),
    deliveryCounts: () => guard(() => countDeliveries(db)),
    resend: (request) => change((transaction) => resendDeliveries(transaction, request)),
    forgetOtherChannels: (channels) => change((transaction) => forgetOthers(transaction, channels)),
    pruneAlerts: (before) => change((transaction) => prune(transaction, before)),
  }
}
