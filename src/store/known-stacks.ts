import type { Kysely, Transaction } from 'kysely'
import type { KnownStack } from './store.js'
import type { Tables } from './tables.js'

// 3 columns a row; SQLite takes 32,766 parameters a statement
const ROWS_PER_INSERT = 2_000

/** Replaces the rows of one repository. */
export async function replaceKnownStacks(
  db: Transaction<Tables>,
  repository: string,
  stacks: readonly KnownStack[],
): Promise<void> {
  await db.deleteFrom('known_stack').where('repository', '=', repository).execute()
  const rows = stacks.map(({ name, provider }) => ({ repository, stack: name, provider }))
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
    .select(['stack as name', 'provider'])
    .where('repository', 'in', repositories)
    .orderBy('stack')
    .execute()
}
