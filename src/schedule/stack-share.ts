const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/**
 * A number in [0, 1) that belongs to a stack, the same in every process: spreads what many stacks would do at once
 * (FNV-1a of its name, which mixes short texts well enough for that).
 */
export function stackShare(stack: string): number {
  let hash = FNV_OFFSET
  for (let index = 0; index < stack.length; index += 1) {
    hash = Math.imul(hash ^ stack.charCodeAt(index), FNV_PRIME)
  }
  // FNV leaves its upper bits alike for names that differ at their end only
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}
