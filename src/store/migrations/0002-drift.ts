import { type Kysely, type Migration, sql } from 'kysely'

/** Drift and its events, ignore rules with their hits, and what stacks and records are known by beyond 0001. */
export const driftMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await createDriftTable(db)
    await createEventTables(db)
    await createRuleTable(db)
    await db.schema.alterTable('record').addColumn('ignored', 'text').execute()
    await db.schema
      .alterTable('known_stack')
      .addColumn('labels', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute()
  },
}

async function createDriftTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('drift')
    .addColumn('stack', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('record', 'text', (column) => column.notNull())
    .addColumn('first_seen_at', 'text', (column) => column.notNull())
    .addColumn('last_seen_at', 'text', (column) => column.notNull())
    .addColumn('last_absent_at', 'text')
    .addColumn('seen_in_row', 'integer', (column) => column.notNull())
    .addColumn('restless_in_row', 'integer', (column) => column.notNull())
    .addColumn('same_in_row', 'integer', (column) => column.notNull())
    .addColumn('code', 'text')
    .addColumn('opened_at', 'text')
    .addColumn('opened_scan', 'text')
    .addColumn('opened_commit', 'text')
    .addColumn('resolved_at', 'text')
    .addColumn('resolution', 'text')
    .addColumn('reopened_at', 'text', (column) => column.notNull())
    .addColumn('is_flapping', 'integer', (column) => column.notNull())
    .addColumn('is_quarantined', 'integer', (column) => column.notNull())
    .addColumn('acknowledgement', 'text')
    .addColumn('rule', 'text')
    .addPrimaryKeyConstraint('drift_key', ['stack', 'fingerprint'])
    .execute()
  await db.schema.createIndex('drift_by_id').on('drift').column('id').execute()
  // holds all that `countOpenDrift` reads
  await db.schema
    .createIndex('drift_by_state')
    .on('drift')
    .columns(['state', 'stack', 'kind', 'severity'])
    .execute()
  await db.schema.createIndex('drift_by_resolved_at').on('drift').column('resolved_at').execute()
}

async function createEventTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('drift_event')
    .addColumn('sequence', 'integer', (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('stack', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('scan_id', 'text')
    .addColumn('commit_id', 'text')
    .addColumn('by_whom', 'text')
    .addColumn('resolution', 'text')
    .addColumn('since', 'text')
    .addColumn('detail', 'text')
    .addColumn('record', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('drift_event_by_stack')
    .on('drift_event')
    .columns(['stack', 'sequence'])
    .execute()
  await db.schema.createIndex('drift_event_by_time').on('drift_event').column('at').execute()
  await db.schema
    .createTable('drift_sequence')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'integer', (column) => column.notNull())
    .execute()
  await sql`insert into drift_sequence (name, value) values ('event', 0)`.execute(db)
}

async function createRuleTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ignore_rule')
    .addColumn('repository', 'text', (column) => column.notNull())
    .addColumn('rule_key', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('match_text', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('until_day', 'text', (column) => column.notNull())
    .addColumn('since', 'text', (column) => column.notNull())
    .addColumn('hits', 'integer', (column) => column.notNull())
    .addColumn('last_hit_at', 'text')
    .addPrimaryKeyConstraint('ignore_rule_key', ['repository', 'rule_key'])
    .execute()
}
