import { createHash } from 'node:crypto'
import type { AlertMessage } from '../../domain/alert-message.js'
import { cutText } from '../../lib/text/cut-text.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { oneLine } from '../build/words.js'
import { headlineOf } from '../form/headline.js'
import { renderTemplate } from '../template/render-template.js'
import { domainOf, type Mailbox } from './mailbox.js'

/** Whom a mail is from, and which channel sent it. */
export interface MailOrigin {
  readonly channel: string
  readonly from: Mailbox
  /** A subject of the user's own, instead of the built-in one. */
  readonly subject: string | undefined
}

/** What names a mail and puts it into its thread. */
export interface MailHeaders {
  readonly subject: string
  readonly messageId: string
  readonly inReplyTo?: string
  readonly references?: readonly string[]
  readonly headers: Readonly<Record<string, string>>
}

const MAX_SUBJECT_LENGTH = 200
const MAX_FIELD_LENGTH = 200
const HASH_LENGTH = 32

/**
 * The headers of a mail. The Message-ID is made of alert and sequence only, so that a mail that is sent twice is one mail to
 * every reader, and later ones find the first although nothing of it is remembered.
 */
export function mailHeaders(message: AlertMessage, origin: MailOrigin): MailHeaders {
  const { alertKey, sequence, severity, reason, stacks } = message
  const domain = domainOf(origin.from)
  const id = (number: number): string => messageId(alertKey, number, domain)
  const before = sequence > 1 ? [...new Set([id(1), id(sequence - 1)])] : []
  const list = origin.channel.replace(/[^A-Za-z0-9-]+/g, '-')
  return {
    subject: subjectOf(message, origin.subject),
    messageId: id(sequence),
    ...(before.length > 0 ? { inReplyTo: id(1), references: before } : {}),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Id': `driftd alerts <${list}.driftd.${domain}>`,
      'X-Driftd-Message': headerText(message.id),
      'X-Driftd-Severity': severity,
      'X-Driftd-Reason': reason,
      ...(stacks.length === 1 && stacks[0] ? { 'X-Driftd-Stack': headerText(stacks[0].name) } : {}),
    },
  }
}

/** `[drift][CRITICAL] prod/network: 3 changes (1 deletion)`; on one line whatever names it holds. */
function subjectOf(message: AlertMessage, template: string | undefined): string {
  const headline = headlineOf(message)
  const subject =
    template === undefined
      ? `[drift][${headline.tag}] ${headline.title}`
      : renderTemplate(template, message, (text) => text)
  return oneLine(subject, MAX_SUBJECT_LENGTH)
}

function messageId(alertKey: string, sequence: number, domain: string): string {
  const hash = createHash('sha256').update(alertKey).digest('hex').slice(0, HASH_LENGTH)
  return `<drift-${hash}.${sequence}@${domain}>`
}

/** A foreign text as a header may hold it without being encoded. */
function headerText(text: string): string {
  return cutText(escapeText(text).replace(/[^\x20-\x7e]/g, '?'), MAX_FIELD_LENGTH).replace('…', '')
}
