import { z } from 'zod'
import { durationSchema } from '../values/duration.js'
import { inMilliseconds } from '../values/milliseconds.js'
import { lineSchema } from '../values/names.js'
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
      .describe('Approvals of a request that deletes or replaces'),
    approvers: z
      .array(
        z.string().regex(/^@?[A-Za-z0-9][A-Za-z0-9._@+-]*(?:\/[A-Za-z0-9._-]+)?$/, {
          error: 'must be a name, or @ORGANISATION/TEAM',
        }),
      )
      .default([])
      .describe('Who counts as approver: names, or @organisation/team'),
  })
  .prefault({})

const limitsSchema = z
  .strictObject({
    maxDestroy: z.int().min(0).default(0).describe('At most so many things may be deleted'),
    allowReplace: z.boolean().default(false),
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
  expiresAfter: durationSchema.prefault('24h').describe('A request that is older is void'),
  limits: limitsSchema,
  freeze: z.array(freezeSchema).default([]).describe('When nothing is carried out'),
}

/** Renames the durations of `remediation`. */
export const toRemediation = inMilliseconds(['expiresAfter'])
