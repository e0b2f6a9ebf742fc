import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import type { PluginChange, PluginVersionChange } from '../domain/alert-cause.js'
import type { Scan } from '../domain/scan.js'
import { inChunks } from './in-chunks.js'
import type { Tables } from './tables.js'

type Versions = Readonly<Record<string, string>>

const versionsSchema = z.record(z.string(), z.string())
const changesSchema = z.array(z.object({ name: z.string(), from: z.string(), to: z.string() }))

/** Notes the versions of plug-ins that a good scan ran with, and whether they are others than before. */
export async function writePlugins(
  db: Transaction<Tables>,
  { id, stack }: Scan,
  versions: Versions,
): Promise<void> {
  const known = await db
    .selectFrom('stack_plugin')
    .select('versions')
    .where('stack', '=', stack)
    .executeTakeFirst()
  const row = { versions: JSON.stringify(versions) }
  if (known === undefined) {
    await db
      .insertInto('stack_plugin')
      .values({ stack, ...row, changed_scan: null, changes: '[]' })
      .execute()
    return
  }
  const changes = compareVersions(versionsSchema.parse(JSON.parse(known.versions)), versions)
  const step = changes.length === 0 ? {} : { changed_scan: id, changes: JSON.stringify(changes) }
  await db
    .updateTable('stack_plugin')
    .set({ ...row, ...step })
    .where('stack', '=', stack)
    .execute()
}

/** The last step to other versions of each stack that took one. */
export async function readPluginChanges(
  db: Kysely<Tables>,
  stacks: readonly string[],
): Promise<ReadonlyMap<string, PluginChange>> {
  const rows = await inChunks(stacks, (some) =>
    db
      .selectFrom('stack_plugin')
      .select(['stack', 'changed_scan', 'changes'])
      .where('stack', 'in', some)
      .where('changed_scan', 'is not', null)
      .execute(),
  )
  return new Map(
    rows.map(({ stack, changed_scan, changes }) => [
      stack,
      { scan: changed_scan ?? '', changes: changesSchema.parse(JSON.parse(changes)) },
    ]),
  )
}

/** Plug-ins that are there before and after, in another version. */
function compareVersions(before: Versions, after: Versions): readonly PluginVersionChange[] {
  return Object.entries(after).flatMap(([name, to]) => {
    const from = Object.hasOwn(before, name) ? before[name] : undefined
    return from === undefined || from === to ? [] : [{ name, from, to }]
  })
}
