import { z } from 'zod'
import { oneOrMany } from '../../lib/schema/one-or-many.js'
import { durationSchema } from '../values/duration.js'
import { inMilliseconds } from '../values/milliseconds.js'
import { keySchema, lineSchema } from '../values/names.js'
import { cronSchema, timezoneSchema } from '../values/schedule.js'
import { recordMatchSchema } from './matcher.js'

const channelNamesSchema = oneOrMany(keySchema)

const routeSchema = z.strictObject({
  match: recordMatchSchema.optional().describe('What it takes; default everything'),
  channels: channelNamesSchema.describe('Where it goes'),
  continue: z.boolean().default(false).describe('true: the routes below are asked too'),
})

/** Keys of `alerts` beside `channels`, whose schema depends on the channels there are. */
export const alertsShape = {
  routes: z.array(routeSchema).default([]).describe('The first that matches wins unless continue: true'),
  groupWait: durationSchema.prefault('30s').describe('How long more of the same group is waited for'),
  groupInterval: durationSchema.prefault('5m').describe('How soon news of a group is told again'),
  repeatAfter: z
    .array(durationSchema)
    .min(1)
    .max(20)
    .prefault(['24h', '3d', '7d'])
    .describe('When open drift is told again; afterwards only the digest has it'),
}

/** Renames the durations of `alerts`. */
export const toAlerts = inMilliseconds(['groupWait', 'groupInterval', 'repeatAfter'])

/** `mutes`: what is not told, why, by whose wish, and until when. */
export const mutesSchema = z.array(
  z.strictObject({
    match: recordMatchSchema,
    reason: lineSchema,
    author: lineSchema,
    until: z.iso.date({ error: 'must be a date such as 2027-03-31' }).describe('The last day, in UTC'),
  }),
)

/** `digest`: a summary of everything open, with trend. */
export const digestSchema = z.strictObject({
  schedule: cronSchema.default('0 8 * * 1'),
  timezone: timezoneSchema.default('UTC'),
  channels: channelNamesSchema,
  match: recordMatchSchema.optional(),
})
