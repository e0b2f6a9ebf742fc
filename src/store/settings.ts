import type { Kysely } from 'kysely'
import { DriftError } from '../domain/errors.js'
import type { Tables } from './tables.js'

/** Single values of the whole store. */
export const SETTINGS = {
  hashKeyId: 'key_id',
  signingKeyId: 'signing_key_id',
  ledgerEpoch: 'ledger_epoch',
} as const

type SettingName = (typeof SETTINGS)[keyof typeof SETTINGS]

/** A value, or null where it was never set. */
export async function readSetting(db: Kysely<Tables>, name: SettingName): Promise<string | null> {
  const row = await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst()
  return row?.value ?? null
}

/** Sets a value, whatever it was. */
export async function writeSetting(db: Kysely<Tables>, name: SettingName, value: string): Promise<void> {
  await db
    .insertInto('setting')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

/** The id of the key that a store belongs to: set once. Throws KEY_MISSING with `remedy` where it is another one. */
export async function writeKeyId(
  db: Kysely<Tables>,
  { name, keyId, remedy }: { readonly name: SettingName; readonly keyId: string; readonly remedy: string },
): Promise<void> {
  await db
    .insertInto('setting')
    .values({ name, value: keyId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const stored = await readSetting(db, name)
  if (stored !== keyId)
    throw new DriftError('KEY_MISSING', `the store belongs to the key ${stored}, not to ${keyId}: ${remedy}`)
}

/** The epoch of the ledger: requests of an earlier one are void. */
export async function readEpoch(db: Kysely<Tables>): Promise<number> {
  return Number((await readSetting(db, SETTINGS.ledgerEpoch)) ?? 1)
}
