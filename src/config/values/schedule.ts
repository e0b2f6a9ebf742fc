import cron from 'node-cron'
import { z } from 'zod'
import { suggest } from '../../lib/text/suggest.js'

/** A cron expression of five fields (or six, with seconds first), as node-cron understands it. */
export const cronSchema = z
  .string({ error: 'must be a cron expression such as "0 * * * *"' })
  .superRefine((text, context) => {
    const { valid, errors } = cron.validateDetailed(text)
    if (valid) return
    const reasons = errors.map((error) => `${error.field}: ${error.message}`).join('; ')
    context.addIssue({ code: 'custom', message: `is no cron expression (${reasons})` })
  })
  .meta({ examples: ['0 * * * *', '*/30 * * * *'] })

/** A time zone by its IANA name, such as `Europe/Berlin` or `UTC`. */
export const timezoneSchema = z
  .string({ error: 'must be the name of a time zone such as Europe/Berlin or UTC' })
  .superRefine((text, context) => {
    if (isTimezone(text)) return
    const suggestion = suggest(text, Intl.supportedValuesOf('timeZone'))
    const message = 'is no time zone that this machine knows'
    context.addIssue({ code: 'custom', message, params: { suggestion } })
  })
  .meta({ examples: ['UTC', 'Europe/Berlin'] })

/** True for a name of a time zone; offsets such as `+02:00` are none, since they know no summer time. */
export function isTimezone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}
