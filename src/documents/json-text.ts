// JSON.stringify leaves these as they are; a terminal would obey them
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu

/**
 * A document as JSON without anything that a terminal would obey: such characters stand in strings only, where
 * `\uXXXX` means the same. On one line, or over many where `isIndented`. Ends with a line break.
 */
export function jsonText(document: object, { isIndented }: { readonly isIndented: boolean }): string {
  const text = JSON.stringify(document, null, isIndented ? 2 : 0)
  // line breaks are those of the layout: in strings JSON.stringify has escaped them
  return `${text.replace(UNSAFE, (character) => (character === '\n' ? character : utf16Escapes(character)))}\n`
}

function utf16Escapes(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('')
}
