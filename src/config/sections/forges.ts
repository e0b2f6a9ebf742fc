import { z } from 'zod'
import { secretSchema } from '../../lib/schema/setting.js'

const apiUrl = z
  .url({ protocol: /^https?$/, error: 'must be an https URL' })
  .optional()
  .describe('Base URL of the API of an own installation')

const projectSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)+$/, { error: 'must be OWNER/NAME' })

/** The forges that driftd comes with: the keys that each type has. */
export const builtInForges = [
  { type: 'github', optionsShape: { repository: projectSchema, token: secretSchema, apiUrl } },
  { type: 'gitlab', optionsShape: { repository: projectSchema, token: secretSchema, apiUrl } },
  {
    type: 'signed-files',
    optionsShape: {
      allowedSigners: z.string().min(1).describe('Path of an allowed-signers file of ssh-keygen'),
    },
  },
]
