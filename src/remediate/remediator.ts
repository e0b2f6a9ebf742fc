/**
 * Advances remediation requests: proposes, waits for approval, carries out. It keeps its ledger in the store and logs
 * what goes wrong: nothing of it reaches the daemon.
 */
export interface Remediator {
  /** Looks at once, then after each nudge and whenever a timer of its own is due. Safe to call twice. */
  start(): void
  /** The tracked ref of a repository moved (a merged request, perhaps), or a scan of it was stored. Returns at once. */
  nudge(repository: string): void
  /**
   * Begins nothing new and waits until what is being carried out has come to its end. After `graceMs` its engine is asked to
   * stop where it safely can, which mostly leaves an outcome that nobody knows; null: it may take as long as it takes. May be
   * called again, with less time.
   */
  stop(graceMs: number | null): Promise<void>
}
