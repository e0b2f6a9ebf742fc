import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import type { KnownStack } from './store.js'
import type { KnownStackTable, Tables } from './tables.js'

// 5 columns a row; SQLite takes 32,766 parameters a statement
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
  const rows = await db
    .selectFrom('known_stack')
    .selectAll()
    .where('repository', 'in', repositories)
    .orderBy('stack')
    .execute()
  return rows.map(fromRow)
}

const labelsSchema = z.record(z.string(), z.string())

function toRow(repository: string, { name, provider, maxAgeMs, labels }: KnownStack): KnownStackTable {
  return { repository, stack: name, provider, max_age_ms: maxAgeMs, labels: JSON.stringify(labels) }
}

function fromRow({ repository, stack, provider, max_age_ms, labels }: KnownStackTable): KnownStack {
  return {
    name: stack,
    provider,
    maxAgeMs: max_age_ms,
    repository,
    labels: labelsSchema.parse(JSON.parse(labels)),
  }
}
