import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A mail as it came in. */
export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** As it went over the wire. */
  readonly raw: string
  readonly isEncrypted: boolean
  readonly user: string | null
}

/** A mail server on loopback. */
export interface SmtpReceiver {
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** Logins that were tried. */
  readonly logins: readonly { readonly username: string; readonly password: string }[]
  close(): Promise<void>
}

/** What it does that a friendly one does not. */
export interface SmtpBehaviour {
  /** The reply to a recipient; null: taken. */
  readonly recipient?: (address: string) => string | null
  /** The reply to a mail that came in whole; null: taken. */
  readonly data?: (mail: ReceivedMail) => string | null
  /** The reply to a sender; null: taken. */
  readonly sender?: () => string | null
  readonly password?: string
  readonly options?: SMTPServerOptions
}

/** Takes mails, or does what it is told. Without a certificate it offers no TLS. */
export async function startSmtpReceiver(behaviour: SmtpBehaviour = {}): Promise<SmtpReceiver> {
  const mails: ReceivedMail[] = []
  const logins: { username: string; password: string }[] = []
  const { options = {}, password } = behaviour
  const hasTls = options.key !== undefined
  const server = new SMTPServer({
    logger: false,
    authOptional: password === undefined,
    allowInsecureAuth: true,
    disabledCommands: [...(hasTls ? [] : ['STARTTLS']), ...(password === undefined ? ['AUTH'] : [])],
    closeTimeout: 100,
    ...options,
    onAuth(auth, _session, callback) {
      logins.push({ username: auth.username ?? '', password: auth.password ?? '' })
      if (auth.password === password) callback(null, { user: auth.username })
      else callback(new Error(`no such login: ${auth.username} ${auth.password}`))
    },
    onMailFrom: (_address, _session, callback) => callback(replyError(behaviour.sender?.() ?? null)),
    onRcptTo: ({ address }, _session, callback) =>
      callback(replyError(behaviour.recipient?.(address) ?? null)),
    async onData(stream, session, callback) {
      const chunks: Buffer[] = []
      for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
      const { mailFrom, rcptTo } = session.envelope
      const mail = {
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        raw: Buffer.concat(chunks).toString('latin1'),
        isEncrypted: session.secure,
        user: session.user ?? null,
      }
      const refusal = replyError(behaviour.data?.(mail) ?? null)
      if (refusal === null) mails.push(mail)
      callback(refusal)
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    mails,
    logins,
    async close() {
      for (const { _socket: socket } of server.connections as Set<{ readonly _socket?: Socket }>)
        socket?.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function replyError(reply: string | null): Error | null {
  if (reply === null) return null
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) })
}
