import { z } from 'zod'
import { secretSchema } from '../../lib/schema/setting.js'

const appSchema = z.strictObject({
  id: z.int().positive().describe('App ID, as its settings show it'),
  installationId: z.int().positive().describe('The number at the end of the address of its installation'),
  privateKey: secretSchema.describe('RSA key in PEM, as GitHub gives it: { env: NAME } or { file: PATH }'),
})

export const gitHubShape = {
  repository: z.string().regex(/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/, { error: 'must be OWNER/NAME' }),
  token: secretSchema
    .optional()
    .describe('A fine-grained token, { env: NAME } or { file: PATH }; instead of it: app'),
  app: appSchema.optional().describe('A GitHub App that is installed on the repository, instead of token'),
  apiUrl: z
    .url({ protocol: /^https?$/, error: 'must be an https URL' })
    .optional()
    .describe('Base URL of the API of an own installation, such as https://HOST/api/v3'),
  allowPrivate: z.boolean().default(false).describe('true: http and private addresses are allowed'),
}

const gitHubOptions = z.object(gitHubShape)

/** Options of the forge GitHub. */
export type GitHubOptions = z.output<typeof gitHubOptions>

/** The app of the options. */
export type GitHubApp = z.output<typeof appSchema>

/** What is wrong between the keys, or null. */
export function gitHubProblem({ token, app }: GitHubOptions): string | null {
  return (token === undefined) === (app === undefined) ? 'needs token or app, one of them' : null
}
