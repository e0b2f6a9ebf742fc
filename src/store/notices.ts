import type { Kysely, Transaction } from 'kysely'
import type { Notice } from '../domain/notice.js'
import { noticeToRow, rowToNotice } from './delivery-rows.js'
import type { Tables } from './tables.js'

/** Hands a notice in, within somebody's transaction or by itself; one whose id is known is dropped. */
export async function insertNotice(db: Kysely<Tables> | Transaction<Tables>, notice: Notice): Promise<void> {
  await db
    .insertInto('notice')
    .values(noticeToRow(notice))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** Notices that nobody was told of yet, oldest first. */
export async function readOpenNotices(db: Kysely<Tables>, limit: number): Promise<readonly Notice[]> {
  const rows = await db
    .selectFrom('notice')
    .select('notice')
    .where('is_told', '=', 0)
    .orderBy('at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(rowToNotice)
}
