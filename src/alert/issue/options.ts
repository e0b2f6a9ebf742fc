import { z } from 'zod'
import { secretSchema } from '../../lib/schema/setting.js'
import { messageTemplateSchema } from '../template/template-schema.js'

export const issueShape = {
  forge: z.enum(['github', 'gitlab']),
  repository: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)+$/, { error: 'must be OWNER/NAME' })
    .describe('Where the issues are opened'),
  token: secretSchema.describe('May read and write issues, and nothing else'),
  label: z
    .string()
    .regex(/^[A-Za-z0-9 ._:-]{1,50}$/, { error: 'must be the name of a label' })
    .default('driftd')
    .describe('Label of the issues, by which they are found again'),
  maxOpen: z.int().min(1).max(200).default(20).describe('Beyond so many open ones no further is opened'),
  apiUrl: z
    .url({ protocol: /^https?$/, error: 'must be an https URL' })
    .optional()
    .describe('Base URL of the API of an own installation'),
  allowPrivate: z.boolean().default(false).describe('true: http and private addresses are allowed'),
  template: messageTemplateSchema.optional(),
}

const issueOptions = z.object(issueShape)

/** Options of an issue channel. */
export type IssueOptions = z.output<typeof issueOptions>

/** What is wrong between the keys, or null. */
export function issueProblem({ forge, repository, apiUrl, allowPrivate }: IssueOptions): string | null {
  if (forge === 'github' && repository.split('/').length !== 2)
    return 'needs repository: OWNER/NAME on GitHub'
  if (apiUrl === undefined || apiUrl.startsWith('https:') || allowPrivate) return null
  return 'has an http apiUrl: use https, or allowPrivate: true'
}
