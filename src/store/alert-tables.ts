/** A row per channel and matter that it knows of, or is about to be told of. */
export interface AlertMatterTable {
  readonly channel: string
  readonly matter: string
  readonly kind: string
  readonly stack: string
  readonly mark: string
  readonly content: string
  readonly severity: string
  readonly cause: string | null
  /** ISO 8601, UTC. */
  readonly noticed_at: string
  readonly alert_key: string | null
}

/** A row per open thread of a channel. */
export interface AlertThreadTable {
  readonly channel: string
  readonly alert_key: string
  readonly group_key: string
  readonly kind: string
  readonly sequence: number
  readonly first_sent_at: string
  readonly sent_at: string
  readonly repeats: number
  readonly lost: number
}

/** A row per message to a channel. */
export interface DeliveryTable {
  /** The message's; ULIDs that grow: the order in which they are to go. */
  readonly id: string
  readonly channel: string
  readonly alert_key: string
  readonly sequence: number
  readonly reason: string
  readonly severity: string
  readonly summary: string
  /** JSON: AlertMessage. */
  readonly message: string
  readonly state: string
  readonly attempts: number
  readonly created_at: string
  readonly next_attempt_at: string
  readonly give_up_at: string
  readonly delivered_at: string | null
  readonly problem: string | null
  /** JSON, opaque to all but the channel; null: not delivered. */
  readonly receipt: string | null
}

/** A row per notice that was handed in. */
export interface NoticeTable {
  readonly id: string
  readonly at: string
  /** JSON: Notice. */
  readonly notice: string
  /** 0 or 1. */
  readonly is_told: number
}

/** A row per stack whose engine has plug-ins: their versions in its last good scan, and the scan that found others than before. */
export interface StackPluginTable {
  readonly stack: string
  /** JSON: versions by name. */
  readonly versions: string
  /** Null: they are those of the first scan. */
  readonly changed_scan: string | null
  /** JSON: PluginVersionChange[]. */
  readonly changes: string
}

/** The tables of the migration 0004-alerts. Where dispatching stands is in `setting`, under names with `alerts.`. */
export interface AlertTables {
  readonly alert_matter: AlertMatterTable
  readonly alert_thread: AlertThreadTable
  readonly delivery: DeliveryTable
  readonly notice: NoticeTable
  readonly stack_plugin: StackPluginTable
}
