/**
 * The texts of the first items that fit into so many characters, `gap` more after each, and how many items did not.
 * No text is made that is not needed: there may be a hundred thousand items.
 */
export function takeWithin<Item>(
  items: readonly Item[],
  toText: (item: Item) => string,
  { maxCharacters, gap }: { readonly maxCharacters: number; readonly gap: number },
): { readonly taken: readonly string[]; readonly hidden: number } {
  const taken: string[] = []
  let left = maxCharacters
  for (const item of items) {
    const text = toText(item)
    left -= text.length + gap
    if (left < 0) break
    taken.push(text)
  }
  return { taken, hidden: items.length - taken.length }
}
