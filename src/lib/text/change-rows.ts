import type { Change, Hunk, JsonValue } from '../../domain/record.js'
import { compareValues, type ValueDifference } from './compare-values.js'
import { countOf } from './count-of.js'
import { pathText } from './path-text.js'

const GIT_SAYS = 'Git says'
const ACTUAL = 'actual'
const LAST_APPLIED = 'last applied'
const ONLY_GIT = 'only in Git'
const ONLY_ACTUAL = 'only actual'

/** One line or block: the name of an attribute and what is to be said of it. */
export interface ChangeRow {
  readonly label: string
  readonly content:
    | { readonly kind: 'note'; readonly text: string }
    | { readonly kind: 'sides'; readonly sides: readonly ChangeSide[] }
    | { readonly kind: 'hunks'; readonly hunks: readonly Hunk[] }
}

/** What one side has, and what it is called. */
export interface ChangeSide {
  readonly label: string
  readonly role: 'declared' | 'actual' | 'recorded'
  readonly value: JsonValue | undefined
}

/** Changes as rows, each as small as it can be named: in a map or list only what differs. */
export function changeRows(changes: readonly Change[]): readonly ChangeRow[] {
  return changes.flatMap(rowsOfChange)
}

function rowsOfChange(change: Change): readonly ChangeRow[] {
  const label = pathText(change.path)
  const cut = cutNote(change)
  const note: readonly ChangeRow[] = cut === null ? [] : [{ label, content: { kind: 'note', text: cut } }]
  if (change.sensitive) {
    return [{ label, content: { kind: 'note', text: '(sensitive) differs; both values are withheld' } }]
  }
  if (change.hunks) return [{ label, content: { kind: 'hunks', hunks: change.hunks } }, ...note]
  if (change.cause === 'both')
    return [{ label, content: { kind: 'sides', sides: threeSides(change) } }, ...note]
  const pair = { declared: change.declared, actual: change.actual }
  if (pair.declared === undefined && pair.actual === undefined) {
    return note.length > 0 ? note : [{ label, content: { kind: 'note', text: 'differs' } }]
  }
  return [...compareValues(pair, change.path).map(differenceRow), ...note]
}

function threeSides(change: Change): readonly ChangeSide[] {
  const sides: readonly ChangeSide[] = [
    { label: GIT_SAYS, role: 'declared', value: change.declared },
    { label: ACTUAL, role: 'actual', value: change.actual },
  ]
  if (change.recorded === undefined) return sides
  return [...sides, { label: LAST_APPLIED, role: 'recorded', value: change.recorded }]
}

function differenceRow(difference: ValueDifference): ChangeRow {
  const label = pathText(difference.path)
  switch (difference.kind) {
    case 'text':
      return { label, content: { kind: 'hunks', hunks: difference.hunks } }
    case 'only-declared':
      return sidesRow(label, [{ label: ONLY_GIT, role: 'declared', value: difference.value }])
    case 'only-actual':
      return sidesRow(label, [{ label: ONLY_ACTUAL, role: 'actual', value: difference.value }])
    case 'differs':
      return sidesRow(label, [
        { label: GIT_SAYS, role: 'declared', value: difference.declared },
        { label: ACTUAL, role: 'actual', value: difference.actual },
      ])
  }
}

function sidesRow(label: string, sides: readonly ChangeSide[]): ChangeRow {
  return { label, content: { kind: 'sides', sides } }
}

function cutNote({ truncated, declared, actual, declaredBytes, actualBytes }: Change): string | null {
  if (truncated !== true) return null
  const isUnknown = [declared, actual, declaredBytes, actualBytes].every((side) => side === undefined)
  if (isUnknown) return 'differs; what it holds cannot be shown'
  const sizes = [
    ...(declaredBytes === undefined ? [] : [`${GIT_SAYS} ${countOf(declaredBytes, 'byte')}`]),
    ...(actualBytes === undefined ? [] : [`${ACTUAL} ${countOf(actualBytes, 'byte')}`]),
  ]
  return `(too long to be kept whole${sizes.length > 0 ? `: ${sizes.join(', ')}` : ''})`
}
