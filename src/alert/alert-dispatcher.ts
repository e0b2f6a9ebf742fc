/** How one attempt to deliver a message ended. `retry`: not yet, it is tried again; `failed`: given up, and shown. */
export const DELIVERY_RESULTS = ['delivered', 'retry', 'failed'] as const
export type DeliveryResult = (typeof DELIVERY_RESULTS)[number]

/** Told of every attempt: the daemon counts them (`driftd_alerts_total`). */
export type DeliveryObserver = (channel: string, result: DeliveryResult) => void

/**
 * Turns what the store knows into messages and delivers them, beside the scans. It keeps its own place in the store, so
 * that a restart loses nothing (P2), and logs what goes wrong: nothing of it reaches the daemon.
 */
export interface AlertDispatcher {
  /** Looks at once, then after each nudge and whenever a timer of its own is due. Safe to call twice. */
  start(): void
  /** A scan was stored: there may be something to tell. Returns at once. */
  nudge(): void
  /** Begins no further delivery and waits for those under way. Safe to call twice. */
  stop(): Promise<void>
}
