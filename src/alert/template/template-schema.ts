import { z } from 'zod'
import { parseTemplate } from './parse-template.js'
import { isTemplateField, TEMPLATE_FIELDS } from './template-fields.js'

const subjectSchema = templateSchema(200).regex(/^[^\0-\x1f\x7f]*$/, {
  error: 'must be one line without control characters',
})
const introSchema = templateSchema(2_000).regex(/^[^\0-\x08\x0b-\x1f\x7f]*$/, {
  error: 'may not hold control characters',
})

/** `template: { subject, intro }` of a channel; a field that there is not is a problem of the configuration. */
export const messageTemplateSchema = z
  .strictObject({
    subject: subjectSchema.optional().describe('Subject or title, instead of the built-in one'),
    intro: introSchema.optional().describe('Lines before the message'),
  })
  .describe(`Texts of your own; fields: ${TEMPLATE_FIELDS.join(', ')}`)

/** Texts of a channel that its owner wrote. */
export type MessageTemplate = z.output<typeof messageTemplateSchema>

function templateSchema(maxLength: number) {
  return z
    .string({ error: 'must be a text with fields such as {{ stack }}' })
    .min(1, { error: 'may not be empty' })
    .max(maxLength)
    .superRefine((template, context) => {
      const message = problemOf(template)
      if (message !== null) context.addIssue({ code: 'custom', message })
    })
}

function problemOf(template: string): string | null {
  const parts = parseTemplate(template)
  if (parts === null) return 'has braces that are no {{ field }}'
  const unknown = parts.flatMap((part) =>
    'field' in part && !isTemplateField(part.field) ? [part.field] : [],
  )
  if (unknown.length === 0) return null
  return `has no field ${unknown.map((field) => `{{ ${field} }}`).join(', ')}; there are ${TEMPLATE_FIELDS.join(', ')}`
}
