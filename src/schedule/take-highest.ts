/**
 * The items with the highest scores, highest first, at most `count` of them; of equal ones the earlier goes first.
 * Thousands may be due of which a few are taken: sorting them all would take most of a tick.
 */
export function takeHighest<T>(
  items: readonly T[],
  count: number,
  scoreOf: (item: T) => number,
): readonly T[] {
  const highest: T[] = []
  for (const item of items) {
    const last = highest.at(-1)
    if (highest.length >= count && (last === undefined || scoreOf(item) <= scoreOf(last))) continue
    if (highest.length >= count) highest.pop()
    highest.splice(placeOf(highest, scoreOf, scoreOf(item)), 0, item)
  }
  return highest
}

/** The index behind all items with at least this score, in items sorted from the highest down. */
function placeOf<T>(sorted: readonly T[], scoreOf: (item: T) => number, score: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const candidate = sorted[middle]
    if (candidate !== undefined && scoreOf(candidate) >= score) low = middle + 1
    else high = middle
  }
  return low
}
