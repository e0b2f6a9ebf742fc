import { structuredPatch } from 'diff'
import type { AttributePath, Cause, Change, Hunk } from '../../src/domain/record.js'
import type { DiffPart, ResultEvent } from './events.js'
import { shortModule } from './modules.js'

/** More edits than this between two texts cost seconds; the two sides then stand for themselves. */
const MAX_EDIT_LENGTH = 3_000
const CONTEXT_LINES = 3

/** Modules that manage the content of a file; a hidden difference of theirs is one of content. */
const FILE_MODULES = new Set([
  'copy',
  'template',
  'lineinfile',
  'blockinfile',
  'replace',
  'assemble',
  'get_url',
])

/** One change with the keyed hashes of its two sides. */
export interface HashedChange {
  readonly change: Change
  readonly declaredHash: string | null
  readonly actualHash: string | null
  /** The attribute of the baseline that this change is compared with, and its two hashes there. */
  readonly attribute: string | null
  readonly declaredState: string | null
  readonly actualState: string | null
}

/** The changes of a result, `outside` by default; empty where the module shows nothing. */
export function readChanges(module: string, result: ResultEvent): readonly HashedChange[] {
  if (result.hidden) return [hiddenChange(module)]
  const parts = result.diff ?? []
  const texts = parts.filter((part) => part.k === 'text').length
  return parts.flatMap((part) => changesOf(part, texts > 1))
}

/** The same change with another cause. */
export function withCause(change: Change, cause: Cause): Change {
  return { ...change, cause }
}

function changesOf(part: DiffPart, hasTwins: boolean): readonly HashedChange[] {
  if (part.k === 'text') return [textChange(part, hasTwins)]
  if (part.k === 'values') return part.changes.map(leafChange)
  if (part.k === 'prepared') return [preparedChange(part)]
  return part.k === 'opaque' ? [opaqueChange()] : []
}

type TextPart = Extract<DiffPart, { k: 'text' }>

function textChange(part: TextPart, hasTwins: boolean): HashedChange {
  const path = hasTwins && part.name !== undefined ? [part.name, 'content'] : ['content']
  const hashes = {
    declaredHash: part.ah,
    actualHash: part.bh,
    attribute: 'content',
    declaredState: part.ac,
    actualState: part.new ? null : part.bc,
  }
  return { change: part.secret ? sensitiveChange(path) : shownText(path, part), ...hashes }
}

function shownText(path: AttributePath, part: TextPart): Change {
  const sizes = { truncated: true, declaredBytes: part.as, actualBytes: part.bs }
  if (part.a === undefined || part.b === undefined)
    return { path, cause: 'outside', sensitive: false, ...sizes }
  return {
    path,
    cause: 'outside',
    declared: part.removed ? null : part.a,
    actual: part.new ? null : part.b,
    sensitive: false,
    hunks: hunksOf(part.b, part.a, part.first ?? 0),
    ...(part.cut ? sizes : {}),
  }
}

/** Hunks as `diff -u` has them; `-` lines are there, `+` lines are declared. */
function hunksOf(actual: string, declared: string, skippedLines: number): readonly Hunk[] {
  const options = { context: CONTEXT_LINES, maxEditLength: MAX_EDIT_LENGTH }
  const patch = structuredPatch('', '', actual, declared, '', '', options)
  return (patch?.hunks ?? []).map((hunk) => ({
    oldStart: hunk.oldStart + skippedLines,
    newStart: hunk.newStart + skippedLines,
    lines: hunk.lines,
  }))
}

type Leaf = Extract<DiffPart, { k: 'values' }>['changes'][number]

function leafChange(leaf: Leaf): HashedChange {
  const shown: Change = {
    path: leaf.p,
    cause: 'outside',
    declared: leaf.a ?? null,
    actual: leaf.b ?? null,
    sensitive: false,
  }
  return {
    change: leaf.secret ? sensitiveChange(leaf.p) : shown,
    declaredHash: leaf.ah,
    actualHash: leaf.bh,
    attribute: leaf.p.join('.'),
    declaredState: leaf.ah,
    actualState: leaf.bh,
  }
}

function preparedChange(part: Extract<DiffPart, { k: 'prepared' }>): HashedChange {
  const path = ['prepared']
  const text = part.a === undefined ? {} : { declared: part.a }
  const sizes = part.cut ? { truncated: true, declaredBytes: part.as } : {}
  const shown: Change = { path, cause: 'outside', sensitive: false, ...text, ...sizes }
  return { change: part.secret ? sensitiveChange(path) : shown, ...withoutState(part.ah) }
}

function opaqueChange(): HashedChange {
  return {
    change: { path: ['content'], cause: 'outside', sensitive: false, truncated: true },
    ...withoutState(null),
  }
}

function hiddenChange(module: string): HashedChange {
  const name = FILE_MODULES.has(shortModule(module)) ? 'content' : 'value'
  return { change: sensitiveChange([name]), ...withoutState(null) }
}

function sensitiveChange(path: AttributePath): Change {
  return { path, cause: 'outside', sensitive: true }
}

function withoutState(declaredHash: string | null): Omit<HashedChange, 'change'> {
  return { declaredHash, actualHash: null, attribute: null, declaredState: null, actualState: null }
}
