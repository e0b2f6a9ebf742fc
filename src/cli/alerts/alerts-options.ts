/** What every command about alerts takes. */
export interface AlertsOptions {
  readonly config?: string
  readonly quiet?: boolean
}

/** What those take that have a result. */
export interface AlertsResultOptions extends AlertsOptions {
  readonly output: 'table' | 'json'
  readonly color: boolean
}
