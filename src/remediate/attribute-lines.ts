import type { PlannedChange } from '../domain/proposal.js'
import type { Hunk, JsonValue } from '../domain/record.js'
import { compareValues, type ValueDifference } from '../lib/text/compare-values.js'
import { countOf } from '../lib/text/count-of.js'
import { codeSpan } from '../lib/text/markdown-text.js'
import { pathText } from '../lib/text/path-text.js'
import { valueText } from '../lib/text/value-text.js'

const MAX_LINES = 20

/**
 * What becomes of one attribute, as items of a Markdown list: of documents, lists and texts only what becomes another,
 * since whoever approves reads this and nothing else.
 */
export function attributeLines({
  path,
  before,
  after,
  sensitive,
}: PlannedChange['attributes'][number]): readonly string[] {
  if (sensitive) return [`  - ${codeSpan(pathText(path))}: (sensitive)`]
  const lines = compareValues({ declared: after, actual: before ?? null }, path).flatMap(differenceLines)
  const rest = lines.length - MAX_LINES
  return rest > 0 ? [...lines.slice(0, MAX_LINES), `  - … and ${countOf(rest, 'more line')}`] : lines
}

function differenceLines(difference: ValueDifference): readonly string[] {
  const name = codeSpan(pathText(difference.path))
  switch (difference.kind) {
    case 'differs':
      return [`  - ${name}: ${side(difference.actual)} → ${side(difference.declared)}`]
    case 'only-declared':
      return [`  - ${name}: adds ${side(difference.value)}`]
    case 'only-actual':
      return [`  - ${name}: removes ${side(difference.value)}`]
    case 'text':
      return difference.hunks.flatMap(editedLines).map((line) => `  - ${name}, ${line}`)
  }
}

function editedLines({ lines }: Hunk): readonly string[] {
  return lines.flatMap((line) => {
    if (line.startsWith('-')) return [`removes the line ${codeSpan(line.slice(1))}`]
    return line.startsWith('+') ? [`adds the line ${codeSpan(line.slice(1))}`] : []
  })
}

function side(value: JsonValue | undefined): string {
  return codeSpan(valueText(value, { isBrief: true }))
}
