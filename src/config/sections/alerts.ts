import { z } from 'zod'
import { oneOrMany } from '../../lib/schema/one-or-many.js'
import { durationSchema } from '../values/duration.js'
import { inMilliseconds } from '../values/milliseconds.js'
import { keySchema, lineSchema } from '../values/names.js'
import { cronSchema, timezoneSchema } from '../values/schedule.js'
import { windowSchema } from '../values/window.js'
import { recordMatchSchema } from './matcher.js'

const channelNamesSchema = oneOrMany(keySchema)

const repeatAfterSchema = z.array(durationSchema).min(1).max(20)

const routeShape = {
  match: recordMatchSchema.optional().describe('What it takes; default everything'),
  continue: z.boolean().default(false).describe('true: the routes below are asked too'),
  groupWait: durationSchema.optional().describe('As that of alerts, for what goes this way'),
  groupInterval: durationSchema.optional().describe('As that of alerts'),
  repeatAfter: repeatAfterSchema.optional().describe('As that of alerts'),
  activeTimes: oneOrMany(windowSchema)
    .optional()
    .describe(
      'Parts of the week in which it tells; what comes at other times is told when the next one begins',
    ),
}

const toRoute = inMilliseconds(['groupWait', 'groupInterval', 'repeatAfter'])

/** Routes inside one say only what is different. */
const innerShape = { ...routeShape, channels: channelNamesSchema.optional().describe('Where it goes') }
const innermostSchema = z.strictObject(innerShape).transform((value) => toRoute({ ...value, routes: [] }))
const innerSchema = z
  .strictObject({ ...innerShape, routes: z.array(innermostSchema).default([]) })
  .transform((value) => toRoute(value))
const routeSchema = z
  .strictObject({
    ...routeShape,
    channels: channelNamesSchema.describe('Where it goes'),
    routes: z
      .array(innerSchema)
      .default([])
      .describe(
        'Routes inside it, two levels deep: asked first, with the same keys; what they do not say is as here',
      ),
  })
  .transform((value) => toRoute(value))

/** A route as the configuration has it, or one inside it. */
export type RouteConfig = z.output<typeof routeSchema> | InnerRouteConfig
type InnerRouteConfig = z.output<typeof innerSchema> | z.output<typeof innermostSchema>

const toBudget = inMilliseconds(['per'])
const budgetSchema = z
  .strictObject({
    messages: z.int().min(2).max(10_000).default(30).describe('So many'),
    per: durationSchema.prefault('1h').describe('in so much time'),
  })
  .transform((value) => toBudget(value))

/** Keys of `alerts` beside `channels`, whose schema depends on the channels there are. */
export const alertsShape = {
  routes: z.array(routeSchema).default([]).describe('The first that matches wins unless continue: true'),
  groupWait: durationSchema.prefault('30s').describe('How long more of the same group is waited for'),
  groupInterval: durationSchema.prefault('5m').describe('How soon news of a group is told again'),
  repeatAfter: repeatAfterSchema
    .prefault(['24h', '3d', '7d'])
    .describe('When open drift is told again; afterwards only the digest has it'),
  causeStacks: z
    .int()
    .min(2)
    .max(10_000)
    .default(3)
    .describe('From so many stacks on, what differs in the same way everywhere is one message'),
  scanFailing: z
    .strictObject({ after: z.int().min(1).max(100).default(3).describe('Scans in a row without a verdict') })
    .prefault({})
    .describe('When a stack whose scans fail is told'),
  pendingTooLong: durationSchema
    .optional()
    .describe('Code that nobody has applied for so long is told, such as 72h; default never'),
  budget: budgetSchema.prefault({}).describe('How many messages a channel may have; the rest is folded'),
  budgets: z.record(keySchema, budgetSchema).default({}).describe('As budget, for single channels'),
  stillAlive: z
    .strictObject({
      schedule: cronSchema.default('0 9 * * *'),
      timezone: timezoneSchema.default('UTC'),
      channels: channelNamesSchema,
    })
    .optional()
    .describe('A message that says that driftd works, so that silence means something; default none'),
}

/** Renames the durations of `alerts`. */
export const toAlerts = inMilliseconds(['groupWait', 'groupInterval', 'repeatAfter', 'pendingTooLong'])

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
