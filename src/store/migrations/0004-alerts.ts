import type { Kysely, Migration } from 'kysely'

/** What channels were told, messages to them, notices, and what one release may have brought about in many stacks. */
export const alertsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await createMatterTable(db)
    await createThreadTable(db)
    await createDeliveryTable(db)
    await db.schema
      .createTable('notice')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('at', 'text', (column) => column.notNull())
      .addColumn('notice', 'text', (column) => column.notNull())
      .addColumn('is_told', 'integer', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('stack_plugin')
      .addColumn('stack', 'text', (column) => column.primaryKey())
      .addColumn('versions', 'text', (column) => column.notNull())
      .addColumn('changed_scan', 'text')
      .addColumn('changes', 'text', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('notice_by_told').on('notice').columns(['is_told', 'at']).execute()
  },
}

async function createMatterTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_matter')
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('matter', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('stack', 'text', (column) => column.notNull())
    .addColumn('mark', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('cause', 'text')
    .addColumn('noticed_at', 'text', (column) => column.notNull())
    .addColumn('alert_key', 'text')
    .addPrimaryKeyConstraint('alert_matter_key', ['channel', 'matter'])
    .execute()
  await db.schema.createIndex('alert_matter_by_stack').on('alert_matter').column('stack').execute()
  await db.schema.createIndex('alert_matter_by_cause').on('alert_matter').column('cause').execute()
  await db.schema.createIndex('alert_matter_by_thread').on('alert_matter').column('alert_key').execute()
}

async function createThreadTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_thread')
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('alert_key', 'text', (column) => column.notNull())
    .addColumn('group_key', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('first_sent_at', 'text', (column) => column.notNull())
    .addColumn('sent_at', 'text', (column) => column.notNull())
    .addColumn('repeats', 'integer', (column) => column.notNull())
    .addColumn('lost', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('alert_thread_key', ['channel', 'alert_key'])
    .execute()
  await db.schema.createIndex('alert_thread_by_group').on('alert_thread').column('group_key').execute()
}

async function createDeliveryTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('delivery')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('alert_key', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('summary', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('next_attempt_at', 'text', (column) => column.notNull())
    .addColumn('give_up_at', 'text', (column) => column.notNull())
    .addColumn('delivered_at', 'text')
    .addColumn('problem', 'text')
    .addColumn('receipt', 'text')
    .execute()
  await db.schema
    .createIndex('delivery_by_thread')
    .on('delivery')
    .columns(['channel', 'alert_key', 'sequence'])
    .execute()
  await db.schema.createIndex('delivery_by_state').on('delivery').columns(['state', 'channel']).execute()
  await db.schema.createIndex('delivery_by_age').on('delivery').columns(['channel', 'created_at']).execute()
}
