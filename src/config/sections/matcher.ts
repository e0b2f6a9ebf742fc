import { z } from 'zod'
import { KINDS } from '../../domain/record.js'
import { SEVERITIES } from '../../domain/severity.js'
import { oneOrMany } from '../../lib/schema/one-or-many.js'
import { pathGlobSchema, textGlobSchema } from '../values/glob.js'
import { keySchema } from '../values/names.js'

const labelMatchSchema = z.record(keySchema, oneOrMany(textGlobSchema))

/** What selects stacks. Every condition that is given must hold; a list holds when one of it does. */
export const stackMatchShape = {
  stack: oneOrMany(pathGlobSchema).optional().describe('Globs over names of stacks'),
  repository: oneOrMany(textGlobSchema).optional().describe('Globs over names of repositories'),
  labels: labelMatchSchema.optional().describe('Label to glob or globs over its value'),
}

/** What selects records, and the stacks they are of. */
export const recordMatchSchema = z.strictObject({
  ...stackMatchShape,
  severity: oneOrMany(z.enum(SEVERITIES)).optional(),
  kind: oneOrMany(z.enum(KINDS)).optional(),
  address: oneOrMany(textGlobSchema).optional().describe('Globs over addresses'),
  host: oneOrMany(textGlobSchema).optional().describe('Globs over hosts'),
})

/** What selects stacks only. */
export const stackMatchSchema = z.strictObject(stackMatchShape)

export type RecordMatch = z.output<typeof recordMatchSchema>
export type StackMatch = z.output<typeof stackMatchSchema>
