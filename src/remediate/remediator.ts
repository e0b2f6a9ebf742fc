/**
 * Advances remediation requests: proposes, waits for approval, carries out. It keeps its ledger in the store and logs
 * what goes wrong: nothing of it reaches the daemon.
 */
export interface Remediator {
  /** Looks at once, then after each nudge and whenever a timer of its own is due. Safe to call twice. */
  start(): void
  /** The tracked ref of a repository moved (a merged request, perhaps), or a scan of it was stored. Returns at once. */
  nudge(repository: string): void
  /** Begins nothing new and waits until what is being carried out has come to a safe end. Safe to call twice. */
  stop(): Promise<void>
}
