import { z } from 'zod'
import { keySchema } from '../values/names.js'

/** `concurrency`: how much at once. */
export const concurrencySchema = z
  .strictObject({
    slots: z
      .int()
      .min(1)
      .max(1_024)
      .optional()
      .describe(
        'Scans at once; default one for each core, one more where no plug-ins run. Memory counts in either case',
      ),
    maxConcurrent: z
      .record(keySchema, z.int().min(1).max(1_024))
      .default({})
      .describe('Label to the scans at once of all stacks with one value of it'),
  })
  .prefault({})
