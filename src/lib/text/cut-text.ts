/** The text in at most so many UTF-16 units, its end replaced by an ellipsis, never through the middle of a character. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  return `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
