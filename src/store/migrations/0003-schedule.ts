import { type Kysely, type Migration, sql } from 'kysely'

/** What the scheduler remembers, running scans, who leads, and the queue. */
export const scheduleMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await createStackScheduleTable(db)
    await createRunningScanTables(db)
    await createLeadTables(db)
    await createQueueTables(db)
    // retention looks for the oldest scans
    await db.schema.createIndex('scan_by_start').on('scan').columns(['started_at', 'id']).execute()
  },
}

async function createStackScheduleTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('stack_schedule')
    .addColumn('stack', 'text', (column) => column.primaryKey())
    .addColumn('last_slot', 'text')
    .addColumn('next_scan_at', 'text')
    .addColumn('consecutive_failures', 'integer', (column) => column.notNull())
    .addColumn('peak_memory_bytes', 'bigint')
    .addColumn('back_off_until', 'text')
    .execute()
}

async function createRunningScanTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('running_scan')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('stack', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('repository', 'text')
    .addColumn('commit_id', 'text')
    .addColumn('started_at', 'text', (column) => column.notNull())
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('pid', 'integer', (column) => column.notNull())
    .addColumn('started_as', 'text')
    .addColumn('overdue_at', 'text', (column) => column.notNull())
    .addColumn('token', 'bigint')
    .execute()
  await db.schema
    .createTable('engine_group')
    .addColumn('scan_id', 'text', (column) =>
      column.notNull().references('running_scan.id').onDelete('cascade'),
    )
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('pid', 'integer', (column) => column.notNull())
    .addColumn('started_as', 'text')
    .execute()
  await db.schema.createIndex('engine_group_by_scan').on('engine_group').column('scan_id').execute()
}

async function createLeadTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('lead')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('token', 'bigint', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('pid', 'integer', (column) => column.notNull())
    .addColumn('started_as', 'text')
    .addColumn('since', 'text', (column) => column.notNull())
    .addColumn('lease_until', 'text')
    .execute()
  await db.schema
    .createTable('fence')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('token', 'bigint', (column) => column.notNull())
    .execute()
  // rows that are always there can be locked
  await sql`insert into lead (name, token, host, pid, since) values ('lead', 0, '', 0, '')`.execute(db)
  await sql`insert into fence (name, token) values ('lead', 0), ('queue', 0)`.execute(db)
}

async function createQueueTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('queued_scan')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('stack', 'text', (column) => column.notNull())
    .addColumn('trigger_name', 'text', (column) => column.notNull())
    .addColumn('slot', 'text')
    .addColumn('queued_at', 'text', (column) => column.notNull())
    .addColumn('not_before', 'text', (column) => column.notNull())
    .addColumn('priority', 'double precision', (column) => column.notNull())
    .addColumn('token', 'bigint')
    .addColumn('lease_until', 'text')
    .addColumn('owner', 'text')
    .execute()
  // at most one waits per stack
  await db.schema
    .createIndex('queued_scan_waiting')
    .unique()
    .on('queued_scan')
    .column('stack')
    .where(sql.ref('lease_until'), 'is', null)
    .execute()
  await db.schema.createIndex('queued_scan_by_lease').on('queued_scan').column('lease_until').execute()
  await db.schema
    .createIndex('queued_scan_by_rank')
    .on('queued_scan')
    .columns(['priority desc', 'queued_at', 'id'])
    .execute()
  await db.schema
    .createTable('queued_slot')
    .addColumn('stack', 'text', (column) => column.notNull())
    .addColumn('slot', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('queued_slot_key', ['stack', 'slot'])
    .execute()
}
