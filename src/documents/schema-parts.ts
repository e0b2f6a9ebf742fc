import { z } from 'zod'
import type { ErrorCode } from '../domain/errors.js'

/** The version that every document names. */
export const schemaVersion = z.literal(1)

/** ISO 8601, UTC, milliseconds. */
export const time = z.string().meta({ format: 'date-time', description: 'ISO 8601, UTC, milliseconds' })

/** `2026-11-24`. */
export const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ description: 'a day, in UTC' })

/** How many, or how many milliseconds. */
export const count = z.int().min(0)

/** New codes come with new versions of driftd and must not break who validates with an older schema. */
export const errorCode = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/)
  .describe('one of docs/errors.md') as unknown as z.ZodType<ErrorCode>

/** The rule of a repository that accepts a difference. */
export const ruleSchema = z.object({
  reason: z.string(),
  owner: z.string(),
  until: day.describe('the last day, in UTC'),
})
