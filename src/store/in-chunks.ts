// the widest rows have 24 columns; SQLite takes 32,766 parameters a statement, PostgreSQL 65,535
const ITEMS_PER_STATEMENT = 500

/**
 * True for keys so many that one statement which reads all rows costs half of what those cost that name them (measured with
 * 10,000 stacks); whoever asks drops the rows that nobody asked for.
 */
export function isMany(keys: readonly unknown[]): boolean {
  return keys.length > ITEMS_PER_STATEMENT
}

/** What `run` gives for all items, a statement's worth of them at a time. */
export async function inChunks<Item, Result>(
  items: readonly Item[],
  run: (some: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  const parts: (readonly Result[])[] = []
  for (let start = 0; start < items.length; start += ITEMS_PER_STATEMENT) {
    parts.push(await run(items.slice(start, start + ITEMS_PER_STATEMENT)))
  }
  return parts.flat()
}
