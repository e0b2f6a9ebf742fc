import { z } from 'zod'
import { ALERT_REASONS } from '../domain/alert-message.js'
import { DELIVERY_STATES } from '../domain/delivery.js'
import { SEVERITIES } from '../domain/severity.js'
import { count, schemaVersion, time } from './schema-parts.js'

/** What `driftd alerts list -o json` prints. */
export const alertsSchema = z.object({
  schemaVersion,
  alerts: z.array(
    z.object({
      id: z.string().describe('a ULID: sorts by time'),
      channel: z.string(),
      state: z.enum(DELIVERY_STATES).describe('dead: given up'),
      reason: z.enum(ALERT_REASONS),
      severity: z.enum(SEVERITIES),
      summary: z.string(),
      alertKey: z.string().describe('the same for all messages about one thing'),
      sequence: count.describe('which message about it this is'),
      attempts: count,
      createdAt: time,
      nextAttemptAt: time.nullable().describe('null: there is none to come'),
      deliveredAt: time.nullable(),
      problem: z.string().nullable().describe('what went wrong last'),
    }),
  ),
})

/** What `driftd alerts preview -o json` prints; its messages are alerts as webhooks have them. */
export function previewSchema<T extends z.ZodRawShape>(alertSchema: z.ZodObject<T>) {
  const messageSchema = alertSchema.extend({
    at: time.nullable().describe('when it would be sent; null: at once'),
    summary: z.string(),
  })
  return z.object({
    schemaVersion,
    stack: z.string(),
    channels: z.array(
      z.object({
        channel: z.string(),
        messages: z.array(messageSchema).describe('what it would be told'),
        matters: z.array(matterSchema).describe('why it is told of each thing, or not'),
      }),
    ),
  })
}

const matterSchema = z.object({
  address: z.string().nullable().describe('null: the scans of the stack'),
  host: z.string().nullable(),
  verdict: z.string().describe('fresh, told, muted, early, no-route, ...: docs/alerts.md explains each'),
  until: time.nullable().describe('when that may change by itself'),
  reason: z.string().nullable().describe('of a mute'),
  author: z.string().nullable(),
})
