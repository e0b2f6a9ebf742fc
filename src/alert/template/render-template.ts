import type { AlertMessage } from '../../domain/alert-message.js'
import { parseTemplate } from './parse-template.js'
import { templateField } from './template-fields.js'

/**
 * A template, filled in. What its author wrote stays as it is, so that it may speak to people (`<!here>`, `@acme/platform`);
 * fields hold names that anybody may choose and go through `escapeField`.
 */
export function renderTemplate(
  template: string,
  message: AlertMessage,
  escapeField: (text: string) => string,
): string {
  const parts = parseTemplate(template) ?? []
  return parts
    .map((part) => ('field' in part ? escapeField(templateField(message, part.field)) : part.text))
    .join('')
}
