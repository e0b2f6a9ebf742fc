import type { Insertable, Selectable } from 'kysely'
import { z } from 'zod'
import { MATTER_KINDS, MATTER_MARKS } from '../domain/alert-matter.js'
import type { AlertThread, MatterMemory } from '../domain/alert-memory.js'
import { SEVERITIES } from '../domain/severity.js'
import type { AlertMatterTable, AlertThreadTable } from './alert-tables.js'

const kindSchema = z.enum(MATTER_KINDS)

/** The row of what a channel knows of a matter. */
export function matterToRow(memory: MatterMemory): Insertable<AlertMatterTable> {
  const { channel, matter, kind, stack, mark, content, severity, cause, noticedAt, alertKey } = memory
  const known = { channel, matter, kind, stack, mark, content, severity, cause }
  return { ...known, noticed_at: noticedAt, alert_key: alertKey }
}

/** What a channel knows of a matter. Throws a ZodError where the row is damaged. */
export function rowToMatter(row: Selectable<AlertMatterTable>): MatterMemory {
  return {
    channel: row.channel,
    matter: row.matter,
    kind: kindSchema.parse(row.kind),
    stack: row.stack,
    mark: z.enum(MATTER_MARKS).parse(row.mark),
    content: row.content,
    severity: z.enum(SEVERITIES).parse(row.severity),
    cause: row.cause,
    noticedAt: row.noticed_at,
    alertKey: row.alert_key,
  }
}

/** The row of a thread. */
export function threadToRow(thread: AlertThread): Insertable<AlertThreadTable> {
  return {
    channel: thread.channel,
    alert_key: thread.alertKey,
    group_key: thread.groupKey,
    kind: thread.kind,
    sequence: thread.sequence,
    first_sent_at: thread.firstSentAt,
    sent_at: thread.sentAt,
    repeats: thread.repeats,
    lost: thread.lost,
  }
}

/** The thread of a row. Throws a ZodError where it is damaged. */
export function rowToThread(row: Selectable<AlertThreadTable>): AlertThread {
  return {
    channel: row.channel,
    alertKey: row.alert_key,
    groupKey: row.group_key,
    kind: kindSchema.parse(row.kind),
    sequence: row.sequence,
    firstSentAt: row.first_sent_at,
    sentAt: row.sent_at,
    repeats: row.repeats,
    lost: row.lost,
  }
}
