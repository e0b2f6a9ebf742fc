import type { ChannelKind } from '../channel-kind.js'
import { type EmailOptions, emailProblem, emailShape } from './options.js'
import { createReachedRecipients } from './reached-recipients.js'

/** Mail, by SMTP or a sendmail program. */
export const emailChannel: ChannelKind<EmailOptions> = {
  type: 'email',
  optionsShape: emailShape,
  problemOf: emailProblem,
  createSender(request) {
    const reached = createReachedRecipients()
    return {
      minIntervalMs: 0,
      async send(delivery) {
        const { sendMail } = await import('./send-mail.js')
        return sendMail(request, delivery, reached)
      },
    }
  },
}
