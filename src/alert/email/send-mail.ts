import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DriftError } from '../../domain/errors.js'
import type { DeliveryOutcome } from '../channel.js'
import type { Delivery, SenderRequest } from '../channel-kind.js'
import { composeMail } from './compose-mail.js'
import { decideMailOutcome } from './decide-mail-outcome.js'
import type { MailResult } from './mail-result.js'
import { parseMailbox } from './mailbox.js'
import type { EmailOptions, SmtpOptions } from './options.js'
import type { ReachedRecipients } from './reached-recipients.js'
import { sendBySendmail } from './send-by-sendmail.js'
import { type SmtpMail, type SmtpServer, sendBySmtp } from './send-by-smtp.js'

/** Composes the mail and hands it over, to those who do not have it yet. */
export async function sendMail(
  request: SenderRequest<EmailOptions>,
  delivery: Delivery,
  memory: ReachedRecipients,
): Promise<DeliveryOutcome> {
  const { name, options } = request
  const { message } = delivery
  const from = parseMailbox(options.from)
  const to = options.to.map(parseMailbox)
  const raw = await composeMail(message, { channel: name, from, to, template: options.template })
  const reached = memory.of(message.id)
  const mail: SmtpMail = {
    from: options.envelopeFrom === undefined ? from.address : parseMailbox(options.envelopeFrom).address,
    to: to.map(({ address }) => address).filter((address) => !reached.has(address)),
    raw,
  }
  const decision = decideMailOutcome(await handOver(request, delivery, mail), reached)
  memory.note(message.id, decision.outcome.status === 'retry' ? decision.reached : new Set())
  return decision.outcome
}

async function handOver(
  { options, tools }: SenderRequest<EmailOptions>,
  delivery: Delivery,
  mail: SmtpMail,
): Promise<MailResult> {
  const { smtp, sendmail } = options
  if (sendmail !== undefined) return sendBySendmail(sendmail, mail, delivery.signal)
  if (smtp === undefined) throw new DriftError('INTERNAL', 'an email channel has neither smtp nor sendmail')
  return sendBySmtp(await readServer(smtp, delivery, tools.folder), mail, delivery.signal)
}

/** Everything that may have been replaced since the last mail is read now. */
async function readServer(smtp: SmtpOptions, { read }: Delivery, folder: string): Promise<SmtpServer> {
  const { host, port, tls, username, password } = smtp
  const login =
    username === undefined || password === undefined
      ? null
      : { user: await read(username), pass: await read(password) }
  const ca = smtp.ca === undefined ? undefined : await readAuthorities(resolve(folder, smtp.ca))
  return { host, port, tls, ca, login }
}

async function readAuthorities(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    const message = `the certificate authorities ${path} cannot be read (${code}): check the path and its rights`
    throw new DriftError('SECRET_UNAVAILABLE', message, { cause: error })
  }
}
