/** A recipient that a server did not take. */
export interface Refusal {
  readonly address: string
  /** The server's words, such as `550 5.1.1 no such user`. */
  readonly reply: string
  /** False: it may be taken later (greylisting, a full mailbox). */
  readonly isPermanent: boolean
}

/** What came of handing a mail over. */
export type MailResult =
  | {
      readonly status: 'answered'
      readonly accepted: readonly string[]
      readonly refused: readonly Refusal[]
    }
  /** Nobody got it. */
  | { readonly status: 'failed'; readonly problem: string; readonly isPermanent: boolean }
