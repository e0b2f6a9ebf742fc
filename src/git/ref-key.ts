import { createHash } from 'node:crypto'

/** A name of a file for what is kept of one ref; null is the default branch. Another ref has things of its own. */
export function refKey(ref: string | null): string {
  return createHash('sha256')
    .update(ref ?? 'HEAD')
    .digest('hex')
    .slice(0, 16)
}
