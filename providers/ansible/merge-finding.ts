import { contentHash } from '../../src/domain/fingerprint.js'
import type { Change, Finding } from '../../src/domain/record.js'

/**
 * One record for what several hosts delegate to one target: the changes of both, equal ones once. The first one's
 * name, place and action stay; the content hash covers both, in an order of its own.
 */
export function mergeFinding(known: Finding, other: Finding, key: Buffer): Finding {
  if (known.contentHash === other.contentHash) return known
  const changes = distinct([...known.changes, ...other.changes])
  const hashes = [known.contentHash, other.contentHash].sort()
  return { ...known, changes, contentHash: contentHash(key, known.kind, hashes) }
}

function distinct(changes: readonly Change[]): readonly Change[] {
  const byText = new Map(changes.map((change) => [JSON.stringify(change), change]))
  return [...byText.keys()].sort().map((text) => byText.get(text) as Change)
}
