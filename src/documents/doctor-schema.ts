import { z } from 'zod'
import { EXAMINED_AREAS } from '../domain/examination.js'
import { schemaVersion } from './schema-parts.js'

/** What `driftd doctor -o json` prints. */
export const doctorSchema = z.object({
  schemaVersion,
  ok: z.boolean().describe('nothing stands in the way of a scan'),
  checks: z.array(
    z.object({
      area: z.enum(EXAMINED_AREAS),
      what: z.string(),
      state: z.enum(['ok', 'warning', 'problem']).describe('problem: scans will fail'),
      detail: z.string(),
      fix: z.string().nullable().describe('the command, or the edit, that mends it'),
    }),
  ),
})
