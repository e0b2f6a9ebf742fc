import type { Insertable, Selectable } from 'kysely'
import { z } from 'zod'
import { ALERT_REASONS, type AlertMessage } from '../domain/alert-message.js'
import { DELIVERY_STATES, type Delivery, type DeliveryLine } from '../domain/delivery.js'
import type { Notice } from '../domain/notice.js'
import type { JsonValue } from '../domain/record.js'
import { SEVERITIES } from '../domain/severity.js'
import type { DeliveryTable, NoticeTable } from './alert-tables.js'

/** The columns of a delivery but the message itself and its receipt. */
export const DELIVERY_LINE_COLUMNS = [
  'id',
  'channel',
  'alert_key',
  'sequence',
  'reason',
  'severity',
  'summary',
  'state',
  'attempts',
  'created_at',
  'next_attempt_at',
  'delivered_at',
  'problem',
] as const satisfies readonly (keyof DeliveryTable)[]

// what driftd wrote itself, whole; damage of the file is SQLite's to find
const messageSchema = z.custom<AlertMessage>((value) => isObjectWith(value, 'alertKey'))
const noticeSchema = z.custom<Notice>((value) => isObjectWith(value, 'summary'))
const receiptSchema = z.custom<JsonValue>((value) => value !== undefined)
const stateSchema = z.enum(DELIVERY_STATES)

/** The row of a delivery without receipt. */
export function deliveryToRow(delivery: Delivery): Insertable<DeliveryTable> {
  const { message, channel, state, attempts, problem } = delivery
  const { id, alertKey, sequence, reason, severity, summary } = message
  return {
    id,
    channel,
    alert_key: alertKey,
    sequence,
    reason,
    severity,
    summary,
    message: JSON.stringify(message),
    state,
    attempts,
    created_at: delivery.createdAt,
    next_attempt_at: delivery.nextAttemptAt,
    give_up_at: delivery.giveUpAt,
    delivered_at: delivery.deliveredAt,
    problem,
    receipt: null,
  }
}

/** The delivery of a row. Throws a ZodError or SyntaxError where it is damaged. */
export function rowToDelivery(row: Selectable<DeliveryTable>): Delivery {
  return {
    message: messageSchema.parse(JSON.parse(row.message)),
    channel: row.channel,
    state: stateSchema.parse(row.state),
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
    giveUpAt: row.give_up_at,
    deliveredAt: row.delivered_at,
    problem: row.problem,
  }
}

/** A delivery as lists show it. Throws a ZodError where the row is damaged. */
export function rowToLine(
  row: Pick<Selectable<DeliveryTable>, (typeof DELIVERY_LINE_COLUMNS)[number]>,
): DeliveryLine {
  return {
    id: row.id,
    channel: row.channel,
    alertKey: row.alert_key,
    sequence: row.sequence,
    reason: z.enum(ALERT_REASONS).parse(row.reason),
    severity: z.enum(SEVERITIES).parse(row.severity),
    summary: row.summary,
    state: stateSchema.parse(row.state),
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
    deliveredAt: row.delivered_at,
    problem: row.problem,
  }
}

/** What a channel left for later messages of a thread; null: nothing. */
export function rowToReceipt({ receipt }: Pick<Selectable<DeliveryTable>, 'receipt'>): JsonValue {
  return receipt === null ? null : receiptSchema.parse(JSON.parse(receipt))
}

/** The row of a notice that nobody was told of. */
export function noticeToRow(notice: Notice): Insertable<NoticeTable> {
  return { id: notice.id, at: notice.at, notice: JSON.stringify(notice), is_told: 0 }
}

/** The notice of a row. Throws a ZodError or SyntaxError where it is damaged. */
export function rowToNotice({ notice }: Pick<Selectable<NoticeTable>, 'notice'>): Notice {
  return noticeSchema.parse(JSON.parse(notice))
}

function isObjectWith(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}
