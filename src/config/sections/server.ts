import { z } from 'zod'
import { secretSchema } from '../../lib/schema/setting.js'

const LISTEN = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})$/
const EXPECTED = 'must be HOST:PORT such as 127.0.0.1:7780'

/** Where the daemon listens. Port 0: any free one. */
export interface ListenAddress {
  /** Without the brackets of an IPv6 address. */
  readonly host: string
  readonly port: number
}

const listenSchema = z.string({ error: EXPECTED }).transform((text, context): ListenAddress => {
  const [, host, port] = LISTEN.exec(text) ?? []
  if (host !== undefined && Number(port) <= 65_535)
    return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
  context.addIssue({ code: 'custom', message: EXPECTED })
  return z.NEVER
})

const hostNameSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?$/, {
  error: 'must be a host name in lower case, without port',
})

/** `server`: API, dashboard and metrics; on loopback unless told otherwise (P8). */
export const serverSchema = z
  .strictObject({
    listen: listenSchema.prefault('127.0.0.1:7780').describe('HOST:PORT; port 0: any free one'),
    hosts: z
      .array(hostNameSchema)
      .default([])
      .describe('Names by which it may be called, beside localhost and addresses'),
    webhookSecret: secretSchema
      .optional()
      .describe(
        'Secret of the webhooks of GitHub or GitLab, which mean "poll now"; without it none are taken',
      ),
  })
  .prefault({})
