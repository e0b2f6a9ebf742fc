import { z } from 'zod'
import { parseDuration } from './parse-duration.js'

const EXPECTED = 'must be a duration such as 30s, 5m, 24h or 3d'

/** A duration as driftd.yaml has it; gives milliseconds. */
export const durationSchema = z
  .string({ error: EXPECTED })
  .transform((text, context) => {
    const ms = parseDuration(text)
    if (ms !== null) return ms
    context.addIssue({ code: 'custom', message: EXPECTED })
    return z.NEVER
  })
  .meta({ examples: ['30s', '5m', '24h', '3d'] })
