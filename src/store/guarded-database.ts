import type { Kysely } from 'kysely'
import { retryWhileBusy } from './retry-while-busy.js'
import { corruptError, toStoreError } from './store-error.js'
import type { StorePlace } from './store-place.js'
import type { Tables } from './tables.js'

/** An open database with what every use of it goes through. */
export interface GuardedDatabase {
  readonly db: Kysely<Tables>
  /** Runs something again while others hold the database, and throws what goes wrong as an error of the store. */
  guard<T>(run: () => Promise<T>): Promise<T>
}

/** An open database and how to speak of it. */
export interface DatabaseParts {
  readonly db: Kysely<Tables>
  /** What errors speak of. */
  readonly place: StorePlace
  /** How long to wait for other programs. */
  readonly lockTimeoutMs: number
}

/** The database with its guard: STORE_LOCKED, STORE_CORRUPT and so on, instead of what the driver throws. */
export function guardDatabase({ db, place, lockTimeoutMs }: DatabaseParts): GuardedDatabase {
  return {
    db,
    async guard(run) {
      try {
        return await retryWhileBusy(lockTimeoutMs, run)
      } catch (error) {
        throw isDamage(error)
          ? corruptError(place, 'a row does not parse', error)
          : toStoreError(place, error)
      }
    },
  }
}

/** What a row throws that is not what driftd wrote. */
function isDamage(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && error.name === 'ZodError')
}
