import { z } from 'zod'
import { oneOrMany } from '../../lib/schema/one-or-many.js'
import { durationSchema } from '../values/duration.js'
import { textGlobSchema } from '../values/glob.js'
import { inMilliseconds } from '../values/milliseconds.js'
import { keySchema, lineSchema } from '../values/names.js'
import { windowSchema } from '../values/window.js'
import { stackMatchSchema } from './matcher.js'

const approvalsSchema = z
  .strictObject({
    minimum: z.int().min(1).max(20).default(1).describe('Approvals of every request'),
    destructive: z
      .int()
      .min(1)
      .max(20)
      .default(2)
      .describe('Approvals of a request that deletes, replaces or cannot be undone, or of the stacks below'),
    destructiveLabels: z
      .record(keySchema, oneOrMany(textGlobSchema))
      .default({})
      .describe('Label to globs: every request of these stacks needs the approvals of `destructive`'),
    approvers: z
      .array(
        z.string().regex(/^@?[A-Za-z0-9][A-Za-z0-9._@+-]*(?:\/[A-Za-z0-9._-]+)?$/, {
          error: 'must be a name, or @ORGANISATION/TEAM',
        }),
      )
      .default([])
      .describe('Who counts as approver: names, or @organisation/team; nobody else does'),
  })
  .prefault({})

const limitsSchema = z
  .strictObject({
    maxDestroy: z.int().min(0).default(0).describe('At most so many things may be deleted'),
    maxChanges: z
      .int()
      .min(1)
      .max(1_000)
      .default(50)
      .describe('At most so many things may be changed by one request'),
    allowReplace: z.boolean().default(false).describe('Things may be deleted and made anew'),
  })
  .prefault({})

const freezeSchema = z.strictObject({
  window: windowSchema,
  match: stackMatchSchema.optional().describe('Which stacks; default all'),
  reason: lineSchema,
})

/** Keys of `remediation` beside `forge`, whose schema depends on the forges there are. */
export const remediationShape = {
  enabled: z.boolean().default(false).describe('Without it driftd never changes anything'),
  trigger: z
    .enum(['merge', 'manual'])
    .default('merge')
    .describe('manual: only `driftd remediate` carries out'),
  propose: z.enum(['never', 'auto']).default('never').describe('auto: drift is proposed without being asked'),
  approvals: approvalsSchema,
  expiresAfter: durationSchema.prefault('24h').describe('A request that is older is void; at most 7d'),
  applyTimeout: durationSchema
    .prefault('1h')
    .describe('An engine that carries out for longer is stopped, and its outcome is unknown'),
  limits: limitsSchema,
  freeze: z.array(freezeSchema).default([]).describe('When nothing is carried out'),
}

/** Renames the durations of `remediation`. */
export const toRemediation = inMilliseconds(['expiresAfter', 'applyTimeout'])
