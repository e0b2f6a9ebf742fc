import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { DriftError } from '../domain/errors.js'
import { decodePostgresText, encodePostgresText } from './postgres-text.js'
import { describePostgresUrl } from './postgres-url.js'

/** How to connect. */
export interface PostgresPoolRequest {
  /** May hold a password: it is in no message. */
  readonly url: string
  /** How long to wait for a connection and for locks of others. */
  readonly lockTimeoutMs: number
  /** How long one statement may take; null: as long as it takes. */
  readonly statementTimeoutMs: number | null
}

const MAX_CONNECTIONS = 8
// a process that is paused within a transaction loses it, so that a standby does not wait for its locks
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000
// the server gives up first, if it can still be reached
const NETWORK_MS = 5_000
/** pg_type.oid of `int8` and of `text`. */
const INT8 = 20
const TEXT = 25

/**
 * Connections to PostgreSQL as the rows of driftd need them: `count(*)` and tokens are numbers, texts may hold any
 * character. What goes wrong with a connection is STORE_UNREACHABLE; what the server says is thrown as it is.
 */
export function createPostgresPool(request: PostgresPoolRequest): PostgresPool {
  const { url, lockTimeoutMs, statementTimeoutMs } = request
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: lockTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    ...(statementTimeoutMs === null
      ? {}
      : { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + NETWORK_MS }),
    keepAlive: true,
    application_name: 'driftd',
    types: { getTypeParser },
  })
  // an idle connection that ends is replaced by the next use
  pool.on('error', () => undefined)
  const reach = reaching(describePostgresUrl(url))
  return {
    connect: async () => wrapClient(await reach(() => pool.connect()), reach),
    end: () => pool.end(),
  }
}

type Reach = <T>(attempt: () => Promise<T>) => Promise<T>

/** Errors that do not come from the server are those of the way to it. */
function reaching(place: string): Reach {
  return async (attempt) => {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof pg.DatabaseError) throw error
      const { message } = error as Error
      throw new DriftError(
        'STORE_UNREACHABLE',
        `the store ${place} cannot be reached (${message}): is the server up, and the address right?`,
        { cause: error },
      )
    }
  }
}

function wrapClient(client: pg.PoolClient, reach: Reach): PostgresPoolClient {
  let isUsable = true
  const query = async (text: string, parameters: readonly unknown[] = []): Promise<pg.QueryResult> => {
    try {
      return await reach(() => client.query(text, parameters.map(encodeParameter)))
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) isUsable = false
      throw error
    }
  }
  return {
    // the other way to call it is with a cursor, for streams, which driftd has none of
    query: query as never,
    // a connection that did not answer may still be busy with that
    release: () => client.release(!isUsable),
  }
}

function encodeParameter(value: unknown): unknown {
  return typeof value === 'string' ? encodePostgresText(value) : value
}

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8) return Number
  return oid === TEXT ? decodePostgresText : pg.types.getTypeParser(oid, format as 'text')
}
