import type { AlertMessage } from '../../domain/alert-message.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { minuteText } from '../../lib/text/time-text.js'
import { headlineOf } from '../form/headline.js'

type Field = (message: AlertMessage) => string

/** Every field a template may name, but `labels.NAME`. */
const FIELDS: Readonly<Record<string, Field>> = {
  tag: (message) => headlineOf(message).tag,
  severity: ({ severity }) => severity,
  reason: ({ reason }) => reason,
  place: (message) => headlineOf(message).place,
  counts: (message) => headlineOf(message).what,
  summary: ({ summary }) => summary,
  explanation: ({ explanation }) => explanation,
  stack: ({ stacks }) => stacks[0]?.name ?? '',
  repository: ({ stacks }) => stacks[0]?.repository ?? '',
  provider: ({ stacks }) => stacks[0]?.provider ?? '',
  status: ({ stacks }) => stacks[0]?.status ?? '',
  commit: ({ stacks }) => stacks[0]?.commit ?? '',
  time: ({ at }) => minuteText(at),
}

const LABEL = /^labels\.([A-Za-z][A-Za-z0-9._/-]{0,62})$/

/** The names, for those who write a template. */
export const TEMPLATE_FIELDS: readonly string[] = [...Object.keys(FIELDS), 'labels.NAME']

/** True for the name of a field: one of the list, or `labels.` with the name of a label. */
export function isTemplateField(name: string): boolean {
  return Object.hasOwn(FIELDS, name) || LABEL.test(name)
}

/** What a field of a message is, on one line; empty where the message has none, or there is no such field. */
export function templateField(message: AlertMessage, name: string): string {
  const [, label] = LABEL.exec(name) ?? []
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined
  const labels = message.stacks[0]?.labels ?? {}
  const value = label === undefined ? field?.(message) : Object.hasOwn(labels, label) ? labels[label] : ''
  return escapeText(value ?? '')
}
