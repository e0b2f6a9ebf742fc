import { z } from 'zod'
import { KINDS } from '../../domain/record.js'
import { oneOrMany } from '../../lib/schema/one-or-many.js'
import { pathGlobSchema, textGlobSchema } from '../values/glob.js'
import { lineSchema } from '../values/names.js'

const matchSchema = z
  .strictObject({
    stack: oneOrMany(pathGlobSchema).optional().describe('Globs over names of stacks of this repository'),
    address: oneOrMany(textGlobSchema).optional().describe('Globs over addresses'),
    host: oneOrMany(textGlobSchema).optional().describe('Globs over hosts'),
    path: oneOrMany(textGlobSchema).optional().describe('Globs over attribute paths (a.b.0.c)'),
    kind: oneOrMany(z.enum(KINDS)).optional(),
  })
  .refine((match) => Object.keys(match).length > 0, { error: 'is empty, which would ignore everything' })

/** `ignore` of a repository's own .driftd.yaml: differences that are accepted, with reason, owner and last day. */
export const ignoreSchema = z.array(
  z.strictObject({
    match: matchSchema,
    reason: lineSchema,
    owner: lineSchema,
    until: z.iso.date({ error: 'must be a date such as 2027-03-31' }).describe('The last day, in UTC'),
  }),
)

export type IgnoreEntry = z.output<typeof ignoreSchema>[number]
