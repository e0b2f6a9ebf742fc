import type { Kysely, Transaction } from 'kysely'
import type { KnownStack } from './store.js'
import type { KnownStackTable, Tables } from './tables.js'

// 4 columns a row; SQLite takes 32,766 parameters a statement
const ROWS_PER_INSERT = 2_000

/** Replaces the rows of one repository. */
export async function replaceKnownStacks(
  db: Transaction<Tables>,
  repository: string,
  stacks: readonly KnownStack[],
): Promise<void> {
  await db.deleteFrom('known_stack').where('repository', '=', repository).execute()
  const rows = stacks.map((stack) => toRow(repository, stack))
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await db
      .insertInto('known_stack')
      .values(rows.slice(start, start + ROWS_PER_INSERT))
      .execute()
  }
}

/** The rows of these repositories, sorted by name. */
export async function readKnownStacks(
  db: Kysely<Tables>,
  repositories: readonly string[],
): Promise<readonly KnownStack[]> {
  if (repositories.length === 0) return []
  return db
    .selectFrom('known_stack')
    .select(['stack as name', 'provider', 'max_age_ms as maxAgeMs'])
    .where('repository', 'in', repositories)
    .orderBy('stack')
    .execute()
}

function toRow(repository: string, { name, provider, maxAgeMs }: KnownStack): KnownStackTable {
  return { repository, stack: name, provider, max_age_ms: maxAgeMs }
}
