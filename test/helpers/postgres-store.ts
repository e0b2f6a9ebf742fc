import { openStore } from '../../src/store/open-store.js'
import type { PostgresServer } from './postgres-server.js'

/** Gives the URL of a store that is as new. */
export type NewStore = () => Promise<string>

/**
 * Stores that are as new, one after another: the tables are made once, and emptied for each but the first, but for what
 * their migrations had put into them. The one before must be closed.
 */
export function storesOn(server: () => PostgresServer): NewStore {
  let emptied: Promise<{ readonly url: string; readonly reset: string }> | null = null
  return async () => {
    emptied ??= makeStore(server())
    const { url, reset } = await emptied
    await server().run(url, reset)
    return url
  }
}

async function makeStore(server: PostgresServer): Promise<{ readonly url: string; readonly reset: string }> {
  const url = await server.newSchema()
  await (await openStore(url)).close()
  const tables = await server.run(
    url,
    `select table_name as name from information_schema.tables where table_schema = current_schema() and table_name not like 'kysely%'`,
  )
  const names = tables.map(({ name }) => String(name))
  const kept = names.map((name) => `create table kept.${name} as select * from ${name}`)
  await server.run(url, ['create schema kept', ...kept].join(';\n'))
  const steps = [
    // foreign keys ask for no order
    'set session_replication_role = replica',
    ...names.map((name) => `delete from ${name}; insert into ${name} select * from kept.${name}`),
  ]
  return { url, reset: steps.join(';\n') }
}
