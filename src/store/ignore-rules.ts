import type { Kysely, Selectable, Transaction } from 'kysely'
import type { IgnoreRuleEntry, KnownIgnoreRule } from './drift-store.js'
import type { IgnoreRuleTable } from './drift-tables.js'
import { inChunks } from './in-chunks.js'
import type { Tables } from './tables.js'

/** Replaces the rules of one repository; those that stay keep their hits and since when they are known. */
export async function replaceIgnoreRules(
  db: Transaction<Tables>,
  repository: string,
  request: { readonly rules: readonly IgnoreRuleEntry[]; readonly now: string },
): Promise<void> {
  const before = await db.selectFrom('ignore_rule').selectAll().where('repository', '=', repository).execute()
  const byKey = new Map(before.map((row) => [row.rule_key, row]))
  await db.deleteFrom('ignore_rule').where('repository', '=', repository).execute()
  const rows = firstOfEachKey(request.rules).map((rule, position) => ({
    repository,
    rule_key: rule.key,
    position,
    match_text: rule.match,
    reason: rule.reason,
    owner: rule.owner,
    until_day: rule.until,
    since: byKey.get(rule.key)?.since ?? request.now,
    hits: byKey.get(rule.key)?.hits ?? 0,
    last_hit_at: byKey.get(rule.key)?.last_hit_at ?? null,
  }))
  await inChunks(rows, (some) => db.insertInto('ignore_rule').values(some).execute())
}

/** Adds the hits of one scan. */
export async function addRuleHits(
  db: Transaction<Tables>,
  repository: string,
  request: { readonly hits: Readonly<Record<string, number>>; readonly at: string },
): Promise<void> {
  for (const [key, hits] of Object.entries(request.hits)) {
    await db
      .updateTable('ignore_rule')
      .set((eb) => ({ hits: eb('hits', '+', hits), last_hit_at: request.at }))
      .where('repository', '=', repository)
      .where('rule_key', '=', key)
      .execute()
  }
}

/** The rules of these repositories, sorted by repository and in the order written. */
export async function readIgnoreRules(
  db: Kysely<Tables>,
  repositories: readonly string[],
): Promise<readonly KnownIgnoreRule[]> {
  if (repositories.length === 0) return []
  const rows = await db
    .selectFrom('ignore_rule')
    .selectAll()
    .where('repository', 'in', repositories)
    .orderBy('repository')
    .orderBy('position')
    .execute()
  return rows.map(fromRow)
}

/** A rule that is written twice is one rule. */
function firstOfEachKey(rules: readonly IgnoreRuleEntry[]): readonly IgnoreRuleEntry[] {
  return rules.filter((rule, index) => rules.findIndex(({ key }) => key === rule.key) === index)
}

function fromRow(row: Selectable<IgnoreRuleTable>): KnownIgnoreRule {
  return {
    repository: row.repository,
    key: row.rule_key,
    match: row.match_text,
    reason: row.reason,
    owner: row.owner,
    until: row.until_day,
    since: row.since,
    hits: row.hits,
    lastHitAt: row.last_hit_at,
  }
}
