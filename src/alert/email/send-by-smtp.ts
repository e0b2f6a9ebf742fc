import type { NodemailerError } from 'nodemailer/lib/errors'
import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection'
import { escapeText } from '../../lib/text/escape-text.js'
import { oneLine } from '../build/words.js'
import type { MailResult, Refusal } from './mail-result.js'
import type { SmtpOptions } from './options.js'

/** A server, and how to log in to it. */
export interface SmtpServer extends Pick<SmtpOptions, 'host' | 'port' | 'tls'> {
  /** Certificate authorities, as PEM; undefined: those of Node. */
  readonly ca: string | undefined
  readonly login: { readonly user: string; readonly pass: string } | null
}

/** One mail, and whom it goes to. */
export interface SmtpMail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: Buffer
}

/** Each step has its own limit; the whole has that of the delivery. */
const CONNECT_TIMEOUT_MS = 15_000
const SILENCE_TIMEOUT_MS = 20_000
const MAX_REPLY_BYTES = 16_384
const MAX_REPLY_LENGTH = 200

/** Hands a mail to an SMTP server. Never throws; ends at once when `signal` is aborted. */
export async function sendBySmtp(
  server: SmtpServer,
  mail: SmtpMail,
  signal: AbortSignal,
): Promise<MailResult> {
  const connection = new SMTPConnection(connectionOptions(server))
  const end = endOf(connection, signal)
  try {
    const info = await Promise.race([transact(connection, server, mail), end.failed])
    connection.quit()
    return {
      status: 'answered',
      accepted: info.accepted,
      refused: (info.rejectedErrors ?? []).map(toRefusal),
    }
  } catch (error) {
    connection.close()
    return describeFailure(error as NodemailerError, server)
  } finally {
    end.forget()
  }
}

function connectionOptions({ host, port, tls, ca }: SmtpServer) {
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port,
    secure: tls === 'implicit',
    // without the server's word for TLS the connection ends: it is never silently plain
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    socketCloseTimeout: 1_000,
    maxResponseSize: MAX_REPLY_BYTES,
    allowInternalNetworkInterfaces: true,
    tls: { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
  }
}

/** Fails when the connection does, or when the delivery must end. */
function endOf(
  connection: SMTPConnection,
  signal: AbortSignal,
): { readonly failed: Promise<never>; forget(): void } {
  let onAbort = (): void => {}
  const failed = new Promise<never>((_, reject) => {
    onAbort = () => reject(Object.assign(new Error('stopped'), { code: 'EABORT' }))
    connection.on('error', reject)
    // the step under way may be told why, right after
    connection.once('end', () =>
      setImmediate(() => reject(Object.assign(new Error('closed'), { code: 'ECONNECTION' }))),
    )
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
  })
  // nobody waits for it any more once the mail was taken
  failed.catch(() => {})
  return { failed, forget: () => signal.removeEventListener('abort', onAbort) }
}

async function transact(
  connection: SMTPConnection,
  { login }: SmtpServer,
  { from, to, raw }: SmtpMail,
): Promise<SMTPConnectionSendInfo> {
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()))
  })
  if (login !== null) {
    await new Promise<void>((resolve, reject) => {
      connection.login({ ...login }, (error) => (error ? reject(error) : resolve()))
    })
  }
  return new Promise((resolve, reject) => {
    connection.send({ from, to: [...to], size: raw.length }, raw, (error, info) =>
      error || info === undefined ? reject(error) : resolve(info),
    )
  })
}

function describeFailure(error: NodemailerError, server: SmtpServer): MailResult {
  if (error.rejectedErrors !== undefined) {
    return { status: 'answered', accepted: [], refused: error.rejectedErrors.map(toRefusal) }
  }
  const place = `${server.host}:${server.port}`
  // a password or a certificate may just be replaced
  const isPassing = error.code === 'EAUTH' || error.code === 'ETLS'
  const isPermanent = (error.responseCode ?? 0) >= 500 && !isPassing
  return { status: 'failed', problem: `${place} did not take the mail: ${reasonOf(error)}`, isPermanent }
}

/** What a login was answered with is not repeated: a server may echo what it was sent. */
function reasonOf(error: NodemailerError): string {
  const { code, originalCode, responseCode } = error
  switch (code) {
    case 'EAUTH':
      return `the login was refused (${responseCode ?? 'no reply'}); check username and password`
    case 'ETLS':
      return 'it offers no TLS that can be used; check tls and port'
    case 'ETIMEDOUT':
      return 'it did not answer in time'
    case 'EABORT':
      return 'it was not done in time, or was stopped'
    default:
      if (error.response !== undefined) return replyText(error)
      return /CERT|SIGNATURE|ISSUER/.test(originalCode ?? '')
        ? `its certificate is not trusted (${originalCode}); ca names who signs it`
        : (originalCode ?? code ?? 'no reply')
  }
}

function toRefusal(error: NodemailerError): Refusal {
  return {
    address: escapeText(error.recipient ?? 'a recipient'),
    reply: replyText(error),
    isPermanent: (error.responseCode ?? 0) >= 500,
  }
}

function replyText({ response, code }: NodemailerError): string {
  return oneLine(response ?? code ?? 'no reply', MAX_REPLY_LENGTH)
}
