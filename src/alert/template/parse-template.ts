/** A text with places for fields, taken apart: literal texts, and the names of fields between them. */
export type TemplatePart = { readonly text: string } | { readonly field: string }

const PLACE = /\{\{([^{}]*)\}\}/g
/** What a name of a field looks like, whether there is one or not. */
const FIELD = /^[a-z][A-Za-z0-9._/-]*$/

/**
 * Takes `{{ stack }}: {{ counts }}` apart. There is nothing else in a template: no conditions, no loops, no calls, so that
 * one who may write it can neither run code nor make it run for ever. Null where braces do not fit together.
 */
export function parseTemplate(template: string): readonly TemplatePart[] | null {
  const parts: TemplatePart[] = []
  let end = 0
  for (const match of template.matchAll(PLACE)) {
    parts.push({ text: template.slice(end, match.index) }, { field: match[1]?.trim() ?? '' })
    end = match.index + match[0].length
  }
  parts.push({ text: template.slice(end) })
  const isWhole = parts.every((part) =>
    'field' in part ? FIELD.test(part.field) : !/\{\{|\}\}/.test(part.text),
  )
  return isWhole ? parts.filter((part) => 'field' in part || part.text !== '') : null
}
