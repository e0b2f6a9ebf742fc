import { type Kysely, type Migration, sql } from 'kysely'

/** Requests, who is at a stack, the kill switch, and the audit log. */
export const remediationMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await createRequestTable(db)
    await db.schema
      .createTable('stack_lease')
      .addColumn('stack', 'text', (column) => column.primaryKey())
      .addColumn('request_id', 'text', (column) => column.notNull().references('remediation_request.id'))
      .addColumn('token', 'bigint', (column) => column.notNull())
      .addColumn('owner', 'text', (column) => column.notNull())
      .addColumn('lease_until', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('kill_switch')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('by_whom', 'text', (column) => column.notNull())
      .addColumn('at', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('audit')
      .addColumn('sequence', 'bigint', (column) => column.primaryKey())
      .addColumn('at', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('stack', 'text')
      .addColumn('request_id', 'text')
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('previous_hash', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .execute()
    await sql`insert into fence (name, token) values ('ledger', 0)`.execute(db)
  },
}

async function createRequestTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('remediation_request')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('nonce', 'text', (column) => column.notNull().unique())
    .addColumn('repository', 'text', (column) => column.notNull())
    .addColumn('stack', 'text', (column) => column.notNull())
    .addColumn('branch', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('plan_digest', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('state_at', 'text', (column) => column.notNull())
    .addColumn('pull_request', 'text')
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('journal', 'text')
    .addColumn('receipt', 'text')
    .execute()
  await db.schema
    .createIndex('remediation_request_by_stack')
    .on('remediation_request')
    .columns(['stack', 'id'])
    .execute()
  await db.schema
    .createIndex('remediation_request_by_state')
    .on('remediation_request')
    .columns(['state', 'id'])
    .execute()
}
