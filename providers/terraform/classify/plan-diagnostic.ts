/** An error or warning of the engine's `-json` stream. */
export interface PlanDiagnostic {
  readonly severity: 'error' | 'warning'
  readonly summary: string
  readonly detail: string
  /** The resource it belongs to, where the engine says so. */
  readonly address: string | null
}
