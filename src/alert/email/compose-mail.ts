import MailComposer from 'nodemailer/lib/mail-composer'
import type { AlertMessage } from '../../domain/alert-message.js'
import { renderTemplate } from '../template/render-template.js'
import type { MessageTemplate } from '../template/template-schema.js'
import { type MailSize, mailContent } from './mail-content.js'
import { mailHeaders } from './mail-headers.js'
import { mailHtml } from './mail-html.js'
import { mailText } from './mail-text.js'
import type { Mailbox } from './mailbox.js'

/** From whom to whom, and in whose words. */
export interface MailRequest {
  readonly channel: string
  readonly from: Mailbox
  readonly to: readonly Mailbox[]
  readonly template: MessageTemplate | undefined
}

/** Gmail clips a mail beyond 102 kB. */
const MAX_MAIL_BYTES = 98_000

/** How much a mail holds; the first that stays below the limit is taken. Names go last. */
const SIZES: readonly MailSize[] = [
  { maxRecords: 200, maxRows: 20, maxValueLength: 1_000, maxHunkLines: 40 },
  { maxRecords: 200, maxRows: 8, maxValueLength: 300, maxHunkLines: 12 },
  { maxRecords: 200, maxRows: 3, maxValueLength: 120, maxHunkLines: 6 },
  { maxRecords: 100, maxRows: 1, maxValueLength: 80, maxHunkLines: 2 },
  { maxRecords: 250, maxRows: 0, maxValueLength: 0, maxHunkLines: 0 },
  { maxRecords: 60, maxRows: 0, maxValueLength: 0, maxHunkLines: 0 },
  { maxRecords: 15, maxRows: 0, maxValueLength: 0, maxHunkLines: 0 },
  { maxRecords: 0, maxRows: 0, maxValueLength: 0, maxHunkLines: 0 },
]

/** The whole mail as it goes over the wire, below 100 kB: headers, text and HTML. */
export async function composeMail(message: AlertMessage, request: MailRequest): Promise<Buffer> {
  let mail = Buffer.alloc(0)
  for (const size of SIZES) {
    mail = await composeSized(message, request, size)
    if (mail.length <= MAX_MAIL_BYTES) break
  }
  return mail
}

async function composeSized(
  message: AlertMessage,
  { channel, from, to, template }: MailRequest,
  size: MailSize,
): Promise<Buffer<ArrayBuffer>> {
  const intro = template?.intro === undefined ? null : renderTemplate(template.intro, message, (text) => text)
  const content = mailContent(message, size, { channel, intro })
  const { references, ...headers } = mailHeaders(message, { channel, from, subject: template?.subject })
  const composer = new MailComposer({
    ...headers,
    ...(references === undefined ? {} : { references: [...references] }),
    from: { ...from },
    to: to.map((mailbox) => ({ ...mailbox })),
    // of the message, not of the attempt: a mail that is sent twice is the same mail
    date: new Date(message.at),
    text: mailText(content),
    html: mailHtml(content),
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return Buffer.from(await composer.compile().build())
}
