import type { Matter, MatterKind } from './alert-matter.js'

/** What is remembered of one matter on one channel. Times are ISO 8601, UTC. */
export interface MatterMemory
  extends Pick<Matter, 'kind' | 'stack' | 'mark' | 'content' | 'severity' | 'cause'> {
  readonly channel: string
  /** The id of the matter. */
  readonly matter: string
  readonly noticedAt: string
  /** Where it was told; null: it was noticed, and the channel does not know it yet. */
  readonly alertKey: string | null
}

/** An open thread of a channel: messages about one group, from its first one until all of it is over. */
export interface AlertThread {
  readonly channel: string
  readonly alertKey: string
  /** What its group is put together by: `drift:prod/network`, `storm:drift`, or a cause. */
  readonly groupKey: string
  readonly kind: MatterKind
  /** Of its last message, from 1. */
  readonly sequence: number
  readonly firstSentAt: string
  readonly sentAt: string
  /** How often it was repeated since the last news. */
  readonly repeats: number
  /** How many of its messages were given up as undeliverable. */
  readonly lost: number
}
