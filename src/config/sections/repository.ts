import { z } from 'zod'
import { refProblem } from '../../domain/git-ref.js'
import { classifyRepositoryUrl } from '../../domain/repository-url.js'
import { type Secret, secretSchema, settingSchema } from '../../lib/schema/setting.js'
import { durationSchema } from '../values/duration.js'
import { pathGlobSchema } from '../values/glob.js'
import { inMilliseconds } from '../values/milliseconds.js'
import { repositoryNameSchema } from '../values/names.js'

const credentialsSchema = z.union(
  [
    z.strictObject({ username: settingSchema, password: secretSchema }),
    z.strictObject({ sshKey: secretSchema }),
  ],
  { error: 'must be { username, password } or { sshKey }, the secrets as { env: NAME } or { file: PATH }' },
)

const urlSchema = z.string({ error: 'must be a URL or the path of a folder' }).superRefine((url, context) => {
  const location = classifyRepositoryUrl(url)
  if ('problem' in location) context.addIssue({ code: 'custom', message: location.problem })
})

const refSchema = z.string({ error: 'must be the name of a branch or a tag' }).superRefine((ref, context) => {
  const message = refProblem(ref)
  if (message !== null) context.addIssue({ code: 'custom', message })
})

/** Everything of a repository but its stacks, whose schema depends on the providers. */
export const repositoryShape = {
  name: repositoryNameSchema,
  url: urlSchema.describe(
    'https, ssh or the path of a local repository; a path that is none is scanned in place',
  ),
  ref: refSchema.optional().describe("Branch or tag; default the repository's own default branch"),
  pollEvery: durationSchema.prefault('60s').describe('How often the remote is asked whether the ref moved'),
  credentials: credentialsSchema.optional(),
  signedCommits: z.enum(['off', 'require']).default('off'),
  allowedSigners: z.string().min(1).optional().describe('Path of an allowed-signers file of ssh-keygen'),
  gpgKeyring: z.string().min(1).optional().describe('Path of an OpenPGP keyring'),
  trustCommitters: z
    .boolean()
    .default(false)
    .describe('true: whoever can commit may read what the daemon can read (docs/security.md)'),
  discover: z.array(pathGlobSchema).default([]).describe('Globs by which stacks are found; "!" excludes'),
}

/** Renames the durations of a repository. */
export const toRepository = inMilliseconds(['pollEvery'])

/** How driftd logs in to a remote. */
export type Credentials =
  | { readonly username: z.output<typeof settingSchema>; readonly password: Secret }
  | { readonly sshKey: Secret }
