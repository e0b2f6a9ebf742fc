import { z } from 'zod'

/** One value or a list of at least one; gives a list. */
export function oneOrMany<Item extends z.ZodType>(item: Item) {
  return z.union([
    z.array(item).min(1),
    item.transform((value): z.output<Item>[] => [value as z.output<Item>]),
  ])
}
