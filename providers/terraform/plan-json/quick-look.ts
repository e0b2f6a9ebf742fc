import { Buffer } from 'node:buffer'

const ADDRESS_HEAD = Buffer.from('{"address":"')
const MANAGED = Buffer.from(',"mode":"managed"')
const CHANGE = Buffer.from('"change":{')
const NO_OP_BEFORE = Buffer.from('"actions":["no-op"],"before":')
const PREVIOUS_ADDRESS = Buffer.from('"previous_address":')
const IMPORTING = Buffer.from('"importing":')
const BEFORE_SENSITIVE = Buffer.from('"before_sensitive":')
const AFTER_SENSITIVE = Buffer.from(',"after_sensitive":')
const SENSITIVE_VALUES = Buffer.from('"sensitive_values":')
const TRUE = Buffer.from('true')
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** What the first bytes of an entry say. */
export interface EntryHead {
  readonly address: string
  /** Null where it is not said where Terraform says it. */
  readonly isManaged: boolean | null
}

/**
 * The address of an entry as Terraform writes it, without parsing the rest; null where it is written in another way
 * (spaces, another order of keys): then it has to be parsed.
 */
export function headOfEntry(bytes: Buffer): EntryHead | null {
  if (!startsWith(bytes, ADDRESS_HEAD, 0)) return null
  let at = ADDRESS_HEAD.length
  let isEscaped = false
  while (at < bytes.length && bytes[at] !== QUOTE) {
    if (bytes[at] === BACKSLASH) {
      isEscaped = true
      at += 1
    }
    at += 1
  }
  const text = bytes.toString('utf8', ADDRESS_HEAD.length, at)
  const address = isEscaped ? (JSON.parse(`"${text}"`) as string) : text
  return { address, isManaged: startsWith(bytes, MANAGED, at + 1) ? true : null }
}

/**
 * True where an entry of `resource_changes` surely changes nothing, moves nothing, imports nothing and marks no value
 * sensitive. Inside JSON strings quotes are escaped, so these byte sequences can stand only where keys stand. Only for
 * entries in Terraform's order of keys: values stand between `before` and the marks, all else before or after them.
 */
export function isQuietChange(bytes: Buffer): boolean {
  // the first "change" is the entry's own: before it there are only texts and numbers
  const change = bytes.indexOf(CHANGE)
  if (change === -1 || !startsWith(bytes, NO_OP_BEFORE, change + CHANGE.length)) return false
  if (bytes.subarray(0, change).includes(PREVIOUS_ADDRESS)) return false
  const marks = bytes.lastIndexOf(BEFORE_SENSITIVE)
  if (marks === -1) return false
  const rest = bytes.subarray(marks)
  // an attribute may be called "before_sensitive": then this is the inside of the marks that follow
  if (!rest.includes(AFTER_SENSITIVE)) return false
  return !rest.includes(TRUE) && !rest.includes(IMPORTING) && !rest.includes(PREVIOUS_ADDRESS)
}

/** False where a resource of the state surely has no sensitive value. */
export function mayHoldSecret(bytes: Buffer): boolean {
  const marks = bytes.indexOf(SENSITIVE_VALUES)
  return marks === -1 || bytes.includes(TRUE, marks)
}

function startsWith(bytes: Buffer, prefix: Buffer, at: number): boolean {
  return (
    bytes.length >= at + prefix.length &&
    bytes.compare(prefix, 0, prefix.length, at, at + prefix.length) === 0
  )
}
