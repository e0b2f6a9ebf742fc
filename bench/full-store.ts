import Database from 'better-sqlite3'
import { Kysely } from 'kysely'
import { insertScan } from '../src/store/kysely-store.js'
import { openStore } from '../src/store/open-store.js'
import { WritingSqliteDialect } from '../src/store/sqlite-dialect.js'
import type { Tables } from '../src/store/tables.js'
import { recordIdOf } from '../test/contracts/stored-scans.js'
import { buildChanges, buildDrift, buildKnownStack } from '../test/helpers/build-drift.js'
import { buildRecord, buildScan } from '../test/helpers/build-record.js'

/** How large a store to build is. */
export interface StoreSize {
  readonly stacks: number
  readonly scansPerStack: number
  readonly recordsPerScan: number
}

/** The repository that all its stacks are of. */
export const BENCH_REPOSITORY = 'infra'

const SCANS_PER_TRANSACTION = 500
const DAY_MS = 86_400_000

/** The names of the stacks of such a store. */
export function stackNames({ stacks }: StoreSize): readonly string[] {
  return Array.from({ length: stacks }, (_, index) => stackName(index))
}

/** Fills a new store, with the statements that daemons use, less the waiting for the disk. */
export async function buildFullStore(path: string, size: StoreSize, signal: AbortSignal): Promise<void> {
  await (await openStore(`sqlite:${path}`)).close()
  const database = new Database(path)
  database.pragma('synchronous = OFF')
  const db = new Kysely<Tables>({ dialect: new WritingSqliteDialect(database) })
  const total = size.stacks * size.scansPerStack
  for (let start = 0; start < total; start += SCANS_PER_TRANSACTION) {
    signal.throwIfAborted()
    await db.transaction().execute(async (transaction) => {
      for (let number = start; number < Math.min(total, start + SCANS_PER_TRANSACTION); number++) {
        await insertScan(transaction, scanNumber(number, size))
      }
    })
  }
  await db.destroy()
  const store = await openStore(`sqlite:${path}`)
  const stacks = stackNames(size).map((name) => buildKnownStack({ name, repository: BENCH_REPOSITORY }))
  await store.saveKnownStacks(BENCH_REPOSITORY, stacks)
  await store.close()
}

function stackName(index: number): string {
  return `live/team-${index % 50}/stack-${index}`
}

/** Round after round over all stacks, as a schedule does it; what is found stays as it is. */
function scanNumber(number: number, size: StoreSize) {
  const index = number % size.stacks
  const stack = stackName(index)
  const startedAt = new Date(Date.UTC(2026, 0, 1) + Math.floor(number / size.stacks) * DAY_MS).toISOString()
  const records = Array.from({ length: size.recordsPerScan }, (_, place) => {
    const id = recordIdOf(index * size.recordsPerScan + place)
    return buildRecord({ id, fingerprint: `sha256:${id}`, address: `aws_instance.web[${place}]` })
  })
  const scan = buildScan({
    id: String(number).padStart(26, '0'),
    stack,
    repository: BENCH_REPOSITORY,
    status: 'drifted',
    startedAt,
    records,
  })
  const isFirst = number < size.stacks
  const drifts = records.map((record) => buildDrift({ stack, record, openedScan: scan.id }))
  return { scan, nextBaseline: null, follow: () => buildChanges(isFirst ? { drifts } : {}) }
}
