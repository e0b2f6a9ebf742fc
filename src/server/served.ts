/** One thing that must be well for the daemon to do its work. */
export interface ReadinessCheck {
  readonly name: 'store' | 'queue' | 'leader'
  readonly isReady: boolean
  /** For people, free of secrets; null where it is well. */
  readonly problem: string | null
}

/**
 * What the server answers with: documents as the command line prints them, made anew for each request. Any method may
 * throw the errors of the store.
 */
export interface Served {
  readiness(): Promise<readonly ReadinessCheck[]>
  /** In the text format of Prometheus. */
  metrics(): Promise<string>
  status(): Promise<object>
  scans(): Promise<object>
  /** The last scan of a stack. Throws STACK_UNKNOWN. */
  stack(name: string): Promise<object>
  /** Throws STACK_UNKNOWN. */
  history(stack: string): Promise<object>
  /** Records by the beginning of their id. Throws RECORD_UNKNOWN. */
  records(idPrefix: string): Promise<object>
  /** Asks the remotes of all repositories soon. */
  pollNow(): void
}
