import { z } from 'zod'
import { secretSchema } from '../lib/schema/setting.js'

const apiUrl = z
  .url({ protocol: /^https?$/, error: 'must be an https URL' })
  .optional()
  .describe('Base URL of the API of an own installation')

const projectSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)+$/, { error: 'must be OWNER/NAME' })

/** Forges that driftd.yaml may name already, though this version cannot speak to them: remediation then says so. */
export const plannedForges = [
  { type: 'gitlab', optionsShape: { repository: projectSchema, token: secretSchema, apiUrl } },
]
