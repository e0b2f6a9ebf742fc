import { z } from 'zod'
import { oneOrMany } from '../../lib/schema/one-or-many.js'
import { settingSchema, variableNameSchema } from '../../lib/schema/setting.js'
import { durationSchema } from '../values/duration.js'
import { textGlobSchema } from '../values/glob.js'
import { inMilliseconds } from '../values/milliseconds.js'
import { accountSchema, labelsSchema } from '../values/names.js'
import { cronSchema, timezoneSchema } from '../values/schedule.js'
import { windowSchema } from '../values/window.js'

const environmentSchema = z.record(variableNameSchema, settingSchema, {
  error: 'must be a map from variable to value',
})

/** The keys that any stack may have, whatever its provider, and `defaults` too. All optional: see resolve-stacks.ts. */
export const stackSettingsShape = {
  schedule: cronSchema.optional().describe('When it is scanned'),
  timezone: timezoneSchema.optional().describe('Time zone of the schedule; default UTC'),
  timeout: durationSchema.optional().describe('A scan that takes longer is stopped and failed; default 15m'),
  labels: labelsSchema.optional().describe('What routes, mutes and limits match on'),
  env: environmentSchema.optional().describe('Environment of the engine'),
  applyEnv: environmentSchema
    .optional()
    .describe('Environment added only when an approved request is carried out'),
  inheritEnv: z
    .array(textGlobSchema)
    .optional()
    .describe(
      "Globs of variables of driftd's own environment that the engine gets; default those of the clouds",
    ),
  minCoverage: z
    .number({ error: 'must be a number between 0 and 1' })
    .min(0)
    .max(1)
    .optional()
    .describe('Below this share of verified things a scan without drift is incomplete; default 0.6'),
  maxAge: durationSchema
    .optional()
    .describe('A stack whose last good scan is older is stale; default three times the interval'),
  confirm: z.int().min(1).max(100).optional().describe('Drift opens after so many scans in a row; default 1'),
  firstScan: z
    .enum(['alert', 'baseline'])
    .optional()
    .describe('What the first scan of a stack does with what it finds; default alert'),
  only: oneOrMany(windowSchema)
    .optional()
    .describe('Parts of the week in which it may be scanned; default always'),
  pause: z.boolean().optional().describe('true: not scanned on schedule'),
  runAs: accountSchema.optional().describe('Account of the operating system that runs the engine'),
}

const settingsObject = z.strictObject(stackSettingsShape)

/** What is set of a stack's common keys, with durations in milliseconds. */
export const toStackSettings = inMilliseconds(['timeout', 'maxAge'])

/** The section `defaults`: common keys for every stack that does not set them itself. */
export const defaultsSchema = settingsObject.transform((value) => toStackSettings(value))

/** The common keys of a stack as far as they are set. */
export type StackSettingsInput = z.output<typeof defaultsSchema>
