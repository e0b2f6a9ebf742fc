import type { DriftRecord } from '../../domain/record.js'
import { escapeText } from './escape-text.js'

/** The mark before each kind of record; the word stands beside it. */
export const KIND_SYMBOLS: Readonly<Record<DriftRecord['kind'], string>> = {
  changed: '~',
  deleted: '-',
  conflict: '!',
  unmanaged: '?',
  check: '✗',
  pending: '+',
  informational: 'i',
}

/** `db1 · role/task [item]`, or the address alone; escaped. */
export function recordName(record: Pick<DriftRecord, 'address' | 'host'>): string {
  const address = escapeText(record.address)
  return record.host === null ? address : `${escapeText(record.host)} · ${address}`
}

/** `main.tf:25`, or nothing; escaped. */
export function sourceText({ source }: Pick<DriftRecord, 'source'>): string {
  return source === null ? '' : `${escapeText(source.file)}:${source.line}`
}

/** What the kind means for this record, and whether the code would undo it, in sentences; escaped. */
export function explainRecord(record: DriftRecord): readonly string[] {
  const detail = record.detail === null ? [] : record.detail.trim().split('\n').map(escapeText)
  const sentences = [decideMeaning(record), decideUndo(record)].filter((sentence) => sentence !== null)
  return [...ignoredText(record), ...detail, ...sentences]
}

/** The rule that accepts a record, as one sentence; nothing where there is none. */
export function ignoredText({ ignored }: Pick<DriftRecord, 'ignored'>): readonly string[] {
  if (ignored === undefined) return []
  const { reason, owner, until } = ignored
  return [escapeText(`ignored until ${until}: ${reason} (${owner})`)]
}

function decideMeaning({ kind, changes, action, host, detail }: DriftRecord): string | null {
  // what a host had before is known to no engine; Terraform has it in its state
  if (kind === 'deleted' && host !== null) return 'the code declares it, and it is not there'
  if (kind === 'deleted') return 'the code declares it and it was applied, but it is gone'
  if (kind === 'unmanaged') return 'it exists, but no stack declares it'
  if (kind === 'conflict') return 'changed outside and in the code since it was last applied'
  if (action === 'replace') return 'applying the code would destroy it and create it anew'
  const isBare = kind === 'changed' && changes.length === 0 && detail === null
  return isBare ? 'it differs from what the code declares' : null
}

/** Where the code would do nothing at all, the detail says why, and more than this sentence would. */
function decideUndo({ kind, correctable, action, detail }: DriftRecord): string | null {
  if (correctable || kind === 'pending' || kind === 'informational') return null
  if (action !== 'none') return 'applying the code will not undo all of this'
  return detail === null ? 'applying the code will not undo this' : null
}
