import { z } from 'zod'
import { oneOrMany } from '../../lib/schema/one-or-many.js'
import { secretSchema, settingSchema } from '../../lib/schema/setting.js'

/** `driftd <driftd@acme.io>` or `ops@acme.io`; no line breaks, so that no header can be smuggled in (fault 55). */
const MAILBOX = /^(?:[^<>\0-\x1f\x7f]{0,200}<[^\s<>@,;]+@[^\s<>@,;]+>|[^\s<>@,;]+@[^\s<>@,;]+)$/
const mailboxSchema = z
  .string({ error: 'must be a mail address' })
  .regex(MAILBOX, { error: 'must be a mail address such as ops@acme.io or "Ops <ops@acme.io>"' })

const allowPrivate = z.boolean().default(false).describe('true: http and private addresses are allowed')

const smtpSchema = z
  .strictObject({
    host: z.string().regex(/^[A-Za-z0-9._:[\]-]+$/, { error: 'must be a host' }),
    port: z.int().min(1).max(65_535).default(587),
    tls: z.enum(['starttls', 'implicit', 'none']).default('starttls'),
    username: settingSchema.optional(),
    password: secretSchema.optional(),
  })
  .superRefine(({ username, password }, context) => {
    if ((username === undefined) === (password === undefined)) return
    context.addIssue({ code: 'custom', message: 'needs both username and password, or neither' })
  })

const emailShape = {
  from: mailboxSchema,
  to: oneOrMany(mailboxSchema),
  smtp: smtpSchema.optional(),
  sendmail: z.string().startsWith('/').optional().describe('Path of a sendmail program, instead of smtp'),
}

const slackShape = {
  webhookUrl: secretSchema.optional().describe('An incoming webhook'),
  token: secretSchema.optional().describe('A bot token, with channel'),
  channel: z.string().min(1).max(100).optional().describe('Channel that a bot token posts to'),
  allowPrivate,
}

const webhookShape = {
  url: z.url({ protocol: /^https?$/, error: 'must be an https URL' }),
  secret: secretSchema.optional().describe('Signs each delivery (Standard Webhooks)'),
  allowPrivate,
}

type Options<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>

/** The channels that driftd comes with: the keys that each type has, and what must hold between them. */
export const builtInChannels = [
  {
    type: 'email',
    optionsShape: emailShape,
    problemOf: ({ smtp, sendmail }: Options<typeof emailShape>) =>
      (smtp === undefined) === (sendmail === undefined) ? 'needs smtp or sendmail, one of them' : null,
  },
  {
    type: 'slack',
    optionsShape: slackShape,
    problemOf: ({ webhookUrl, token, channel }: Options<typeof slackShape>) => {
      if ((webhookUrl === undefined) === (token === undefined))
        return 'needs webhookUrl or token, one of them'
      return (token === undefined) === (channel === undefined) ? null : 'needs token and channel together'
    },
  },
  {
    type: 'webhook',
    optionsShape: webhookShape,
    problemOf: ({ url, allowPrivate: isAllowed }: Options<typeof webhookShape>) =>
      url.startsWith('https:') || isAllowed ? null : 'has an http URL: use https, or allowPrivate: true',
  },
]
