/**
 * PostgreSQL keeps every character but NUL, which may stand in the name of a resource. A noncharacter (Unicode 23.7: never
 * for interchange) stands for it, and escapes itself.
 */
const ESCAPE = '\u{10fffe}'
const NUL = `${ESCAPE}0`
const ESCAPED = `${ESCAPE}1`

/** A text as PostgreSQL takes it. */
export function encodePostgresText(text: string): string {
  if (!text.includes('\0') && !text.includes(ESCAPE)) return text
  return text.replaceAll(ESCAPE, ESCAPED).replaceAll('\0', NUL)
}

/** The text that was encoded. */
export function decodePostgresText(text: string): string {
  if (!text.includes(ESCAPE)) return text
  return text.replaceAll(NUL, '\0').replaceAll(ESCAPED, ESCAPE)
}
