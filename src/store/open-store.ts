import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { AlertStore } from '../alert/alert-store.js'
import { DriftError } from '../domain/errors.js'
import type { Ledger } from '../remediate/ledger.js'
import type { ScanQueue } from '../schedule/queue.js'
import type { DriftStore } from './drift-store.js'
import { type GuardedDatabase, guardDatabase } from './guarded-database.js'
import { createKyselyAlertStore } from './kysely-alert-store.js'
import { createKyselyDriftStore } from './kysely-drift-store.js'
import { createKyselyLedger } from './kysely-ledger.js'
import { createKyselyQueue } from './kysely-queue.js'
import { createKyselyRetentionStore } from './kysely-retention-store.js'
import { createKyselyScheduleStore } from './kysely-schedule-store.js'
import { createKyselyStore } from './kysely-store.js'
import { openSqlite } from './open-sqlite.js'
import { isPostgresUrl } from './postgres-url.js'
import type { RetentionStore } from './retention-store.js'
import type { ScheduleStore } from './schedule-store.js'
import type { Store } from './store.js'
import { postgresPlace, sqlitePlace } from './store-place.js'
import { readStoreSize } from './store-size.js'

/** Everything that one database holds. */
export interface OpenedStore extends Store {
  /** Drift followed over time. */
  readonly drift: DriftStore
  /** What the daemon must know after a restart. */
  readonly schedule: ScheduleStore
  /** What forgets old history. */
  readonly retention: RetentionStore
  /** The scans that are wanted. */
  readonly queue: ScanQueue
  /** What channels were told, and what waits to be delivered. */
  readonly alerts: AlertStore
  /** Requests, what became of them, and the audit log. */
  readonly ledger: Ledger
  /** Bytes that the database takes, for metrics. */
  sizeBytes(): Promise<number>
}

/** How to open a store. */
export interface OpenOptions {
  /** What a relative path begins at; default: the current folder. */
  readonly baseFolder?: string
  /** How long to wait for other programs that hold the store. Default 15 s. */
  readonly lockTimeoutMs?: number
}

const DEFAULT_LOCK_TIMEOUT_MS = 15_000

/**
 * Opens the store of a URL: `sqlite:PATH` or `postgres://...`. Throws STORE_UNSUPPORTED for another kind of URL,
 * STORE_CORRUPT, STORE_LOCKED, STORE_TOO_NEW, STORE_UNREADABLE, STORE_UNREACHABLE, DISK_FULL.
 */
export async function openStore(url: string, options: OpenOptions = {}): Promise<OpenedStore> {
  const lockTimeoutMs = options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS
  const database = await openDatabase(url, { baseFolder: options.baseFolder ?? process.cwd(), lockTimeoutMs })
  return {
    ...createKyselyStore(database),
    drift: createKyselyDriftStore(database),
    retention: createKyselyRetentionStore(database),
    schedule: createKyselyScheduleStore(database),
    queue: createKyselyQueue(database),
    alerts: createKyselyAlertStore(database),
    ledger: createKyselyLedger(database),
    sizeBytes: () => readStoreSize(database, isPostgresUrl(url)),
  }
}

async function openDatabase(url: string, options: Required<OpenOptions>): Promise<GuardedDatabase> {
  const { lockTimeoutMs } = options
  if (isPostgresUrl(url)) {
    // loaded only here: few stores are on a server
    const { openPostgres } = await import('./open-postgres.js')
    const db = await openPostgres({ url, lockTimeoutMs })
    return guardDatabase({ db, place: postgresPlace(url), lockTimeoutMs })
  }
  const path = sqlitePath(url, options.baseFolder)
  return guardDatabase({
    db: await openSqlite({ path, lockTimeoutMs }),
    place: sqlitePlace(path),
    lockTimeoutMs,
  })
}

/** Where driftd keeps its other files (key, mirrors, caches): beside a SQLite file, else in `.driftd` of the base folder. */
export function dataFolderOf(url: string, baseFolder: string): string {
  return isPostgresUrl(url) ? join(baseFolder, '.driftd') : dirname(sqlitePath(url, baseFolder))
}

/** The absolute path in a `sqlite:` URL. Throws STORE_UNSUPPORTED; what the URL holds is not echoed (passwords). */
export function sqlitePath(url: string, baseFolder: string): string {
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/s.exec(url)?.[1]
  if (path === undefined || path.includes('\0') || path.startsWith(':')) {
    const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? 'no scheme'
    throw new DriftError(
      'STORE_UNSUPPORTED',
      `the store must be sqlite:PATH or postgres://USER@HOST/DATABASE, not ${scheme}: correct \`store\``,
    )
  }
  return isAbsolute(path) ? path : resolve(baseFolder, path)
}
