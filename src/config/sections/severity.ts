import { z } from 'zod'
import { type Action, KINDS } from '../../domain/record.js'
import { SEVERITIES } from '../../domain/severity.js'
import { oneOrMany } from '../../lib/schema/one-or-many.js'
import { textGlobSchema } from '../values/glob.js'

const ACTIONS = [
  'none',
  'create',
  'update',
  'replace',
  'delete',
  'import',
  'forget',
  'run',
] as const satisfies readonly Action[]

const matchSchema = z.strictObject({
  type: oneOrMany(textGlobSchema).optional().describe('Globs over resource types'),
  address: oneOrMany(textGlobSchema).optional().describe('Globs over addresses'),
  kind: oneOrMany(z.enum(KINDS)).optional(),
  action: oneOrMany(z.enum(ACTIONS)).optional(),
  path: oneOrMany(textGlobSchema)
    .optional()
    .describe(
      'Globs over attribute paths (a.b.0.c); holds when every changed attribute is one of them or below',
    ),
  anyPath: oneOrMany(textGlobSchema)
    .optional()
    .describe('As path, but holds when at least one changed attribute is'),
})

/** `severity`: the user's lines of the severity table; they come before those of the providers. */
export const severitySchema = z.array(z.strictObject({ match: matchSchema, severity: z.enum(SEVERITIES) }))

export type SeverityTable = z.output<typeof severitySchema>
