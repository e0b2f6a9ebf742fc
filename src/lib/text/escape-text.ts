// control characters (Cc), invisible ones and those that turn the direction of writing (Cf), line and paragraph
// separators (Zl, Zp), halves of surrogate pairs (Cs), private use (Co) and what is no character (NChar):
// https://www.unicode.org/reports/tr44/#General_Category_Values
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{NChar}]/gu
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * A foreign text on one line that no terminal obeys: control characters, escape sequences and reversals of the
 * direction of writing stand as `\n`, `\u001b`, `\u202e` (`\u{e0001}` beyond 16 bits).
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => NAMED[character] ?? codePointText(character))
}

function codePointText(character: string): string {
  const digits = (character.codePointAt(0) ?? 0).toString(16)
  return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`
}
