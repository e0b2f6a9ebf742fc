/** The first texts that fit into so many characters, a line break after each, and how many did not. */
export function takeWithin(
  texts: readonly string[],
  maxCharacters: number,
): { readonly taken: readonly string[]; readonly hidden: number } {
  let left = maxCharacters
  const end = texts.findIndex((text) => {
    left -= text.length + 1
    return left < 0
  })
  const taken = end < 0 ? texts : texts.slice(0, end)
  return { taken, hidden: texts.length - taken.length }
}
