import stringWidth from 'string-width'

const ELLIPSIS = '…'
const ASCII = /^[\x20-\x7e]*$/
const RUNS = /[\x20-\x7e]+|[^\x20-\x7e]+/g
const BEGINS_WITH_MARK = /^\p{M}/u
// no character is wider than two columns, and hardly a cluster longer than eight code units
const MAX_UNITS_PER_COLUMN = 8
const segmenter = new Intl.Segmenter()

/** The columns a text without colours takes on a terminal. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length
  // string-width takes some 10 µs a character; most of a long text is ASCII
  const parts = text.match(RUNS) ?? []
  return parts.reduce((sum, part) => sum + (ASCII.test(part) ? part.length : stringWidth(part)), 0)
}

/** The text with spaces up to a width; a longer one as it is. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** The text in at most `width` columns, its end replaced by an ellipsis where it is longer. Without colours only. */
export function cutTo(text: string, width: number): string {
  if (text.length <= width && widthOf(text) <= width) return text
  return takeColumns(text, Math.max(0, width - 1)) + ELLIPSIS
}

/** Like `cutTo`, but the middle goes: the ends of addresses and paths tell most. */
export function cutMiddleTo(text: string, width: number): string {
  if (text.length <= width && widthOf(text) <= width) return text
  const startColumns = Math.ceil((width - 1) / 2)
  const endColumns = Math.max(0, width - 1 - startColumns)
  return takeColumns(text, startColumns) + ELLIPSIS + takeLastColumns(text, endColumns)
}

/** The text in lines of at most `width` columns, broken between words where there are any. Without colours only. */
export function wrapTo(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  // `key: value` stays together
  for (const word of text.split(/(?<!["\w]:) /)) {
    const joined = line === '' ? word : `${line} ${word}`
    if (widthOf(joined) <= width) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    const parts = breakTo(word, width)
    lines.push(...parts.slice(0, -1))
    line = parts.at(-1) ?? ''
  }
  return [...lines, line]
}

function breakTo(word: string, width: number): readonly string[] {
  const parts: string[] = []
  let rest = word
  while (rest.length > width || widthOf(rest) > width) {
    const part = takeColumns(rest, width) || rest.slice(0, 1)
    parts.push(part)
    rest = rest.slice(part.length)
  }
  return [...parts, rest]
}

function takeColumns(text: string, columns: number): string {
  const plain = text.slice(0, columns)
  if (ASCII.test(plain) && !BEGINS_WITH_MARK.test(text.slice(columns, columns + 1))) return plain
  const start = text.slice(0, columns * MAX_UNITS_PER_COLUMN)
  let taken = ''
  let width = 0
  for (const { segment } of segmenter.segment(start)) {
    width += stringWidth(segment)
    if (width > columns) break
    taken += segment
  }
  return taken
}

function takeLastColumns(text: string, columns: number): string {
  const end = columns === 0 ? '' : text.slice(-columns * MAX_UNITS_PER_COLUMN)
  if (ASCII.test(end)) return columns === 0 ? '' : end.slice(-columns)
  let taken = ''
  let width = 0
  for (const { segment } of [...segmenter.segment(end)].reverse()) {
    width += stringWidth(segment)
    if (width > columns) break
    taken = segment + taken
  }
  return taken
}
