import { z } from 'zod'
import { oneOrMany } from '../../lib/schema/one-or-many.js'
import { secretSchema, settingSchema } from '../../lib/schema/setting.js'
import { messageTemplateSchema } from '../template/template-schema.js'
import { MAILBOX } from './mailbox.js'

const mailboxSchema = z
  .string({ error: 'must be a mail address' })
  .regex(MAILBOX, { error: 'must be a mail address such as ops@acme.io or "Ops <ops@acme.io>"' })

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]'])

const smtpSchema = z
  .strictObject({
    host: z.string().regex(/^[A-Za-z0-9._:[\]-]+$/, { error: 'must be a host' }),
    port: z.int().min(1).max(65_535).default(587),
    tls: z
      .enum(['starttls', 'implicit', 'none'])
      .default('starttls')
      .describe('starttls never falls back to plain'),
    ca: z.string().min(1).optional().describe("Path of certificate authorities (PEM) instead of Node's"),
    username: settingSchema.optional(),
    password: secretSchema.optional(),
  })
  .superRefine(({ username, password, tls, host }, context) => {
    const tell = (message: string): void => context.addIssue({ code: 'custom', message })
    if ((username === undefined) !== (password === undefined))
      tell('needs both username and password, or neither')
    else if (password !== undefined && tls === 'none' && !LOOPBACK.has(host))
      tell('would send the password in the clear: use tls: starttls or implicit')
  })

export const emailShape = {
  from: mailboxSchema,
  to: oneOrMany(mailboxSchema),
  envelopeFrom: mailboxSchema.optional().describe('Where bounces go; default the address of from'),
  smtp: smtpSchema.optional(),
  sendmail: z.string().startsWith('/').optional().describe('Path of a sendmail program, instead of smtp'),
  template: messageTemplateSchema.optional(),
}

const emailOptions = z.object(emailShape)

/** Options of an email channel. */
export type EmailOptions = z.output<typeof emailOptions>

export type SmtpOptions = NonNullable<EmailOptions['smtp']>

/** What is wrong between the keys, or null. */
export function emailProblem({ smtp, sendmail }: EmailOptions): string | null {
  return (smtp === undefined) === (sendmail === undefined) ? 'needs smtp or sendmail, one of them' : null
}
