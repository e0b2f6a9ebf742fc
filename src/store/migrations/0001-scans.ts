import type { Kysely, Migration } from 'kysely'

/** Scans, their records, the state of each stack, baselines, the known stacks, and single settings. */
export const scansMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await createScanTable(db)
    await createRecordTable(db)
    await createStackStateTable(db)
    await db.schema
      .createTable('baseline')
      .addColumn('stack', 'text', (column) => column.primaryKey())
      .addColumn('scan_id', 'text', (column) => column.notNull())
      .addColumn('content', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('known_stack')
      .addColumn('repository', 'text', (column) => column.notNull())
      .addColumn('stack', 'text', (column) => column.notNull())
      .addColumn('provider', 'text', (column) => column.notNull())
      .addColumn('max_age_ms', 'double precision', (column) => column.notNull())
      .addPrimaryKeyConstraint('known_stack_key', ['repository', 'stack'])
      .execute()
    await db.schema
      .createTable('setting')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute()
  },
}

async function createScanTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('scan')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('stack', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('repository', 'text')
    .addColumn('commit_id', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text', (column) => column.notNull())
    .addColumn('duration_ms', 'double precision', (column) => column.notNull())
    .addColumn('phases', 'text', (column) => column.notNull())
    .addColumn('verified', 'integer', (column) => column.notNull())
    .addColumn('applicable', 'integer', (column) => column.notNull())
    .addColumn('unverified', 'text', (column) => column.notNull())
    .addColumn('executed', 'text', (column) => column.notNull())
    .addColumn('error', 'text')
    .addColumn('warnings', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('scan_by_stack').on('scan').columns(['stack', 'id']).execute()
}

async function createRecordTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('record')
    .addColumn('scan_id', 'text', (column) => column.notNull().references('scan.id').onDelete('cascade'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('content_hash', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('correctable', 'integer', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('resource_type', 'text')
    .addColumn('host', 'text')
    .addColumn('source_file', 'text')
    .addColumn('source_line', 'integer')
    .addColumn('changes', 'text', (column) => column.notNull())
    .addColumn('detail', 'text')
    .addPrimaryKeyConstraint('record_key', ['scan_id', 'position'])
    .execute()
  await db.schema.createIndex('record_by_id').on('record').columns(['id', 'scan_id']).execute()
}

async function createStackStateTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('stack_state')
    .addColumn('stack', 'text', (column) => column.primaryKey())
    .addColumn('last_scan_id', 'text', (column) => column.notNull().references('scan.id'))
    .addColumn('last_good_scan_id', 'text', (column) => column.references('scan.id'))
    .addColumn('last_good_scan_at', 'text')
    .addColumn('open_critical', 'integer', (column) => column.notNull())
    .addColumn('open_high', 'integer', (column) => column.notNull())
    .addColumn('open_medium', 'integer', (column) => column.notNull())
    .addColumn('open_low', 'integer', (column) => column.notNull())
    .addColumn('open_info', 'integer', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('stack_state_by_scan').on('stack_state').column('last_scan_id').execute()
  await db.schema
    .createIndex('stack_state_by_good_scan')
    .on('stack_state')
    .column('last_good_scan_id')
    .execute()
}
