/** Who has a mail that others were put off for, so that nobody gets it twice while it is tried again. */
export interface ReachedRecipients {
  of(messageId: string): ReadonlySet<string>
  /** An empty set forgets the mail. */
  note(messageId: string, reached: ReadonlySet<string>): void
}

const NOBODY: ReadonlySet<string> = new Set()
/** Beyond, the oldest are forgotten: their recipients may get one mail twice, with the same Message-ID. */
const MAX_MAILS = 1_000

/** A memory of one channel, for as long as the program runs. */
export function createReachedRecipients(): ReachedRecipients {
  const byMessage = new Map<string, ReadonlySet<string>>()
  return {
    of: (messageId) => byMessage.get(messageId) ?? NOBODY,
    note(messageId, reached) {
      byMessage.delete(messageId)
      if (reached.size === 0) return
      byMessage.set(messageId, reached)
      const [oldest] = byMessage.keys()
      if (byMessage.size > MAX_MAILS && oldest !== undefined) byMessage.delete(oldest)
    },
  }
}
