/**
 * What one result says (facts C1):
 * `verified` looked and found no difference · `drift` · `suppressed` a difference that `changed_when` hides ·
 * `noise` reports a change at every run · `check` an assertion of the code fails · `unverifiable` check mode is not
 * supported · `tainted` reads a value that was never filled · `artifact` fails only because check mode changed nothing
 * before · `error` fails by itself · `executed` really ran · `unreachable` · `not-applicable` skipped by a condition ·
 * `control` declares nothing · `handler` a consequence, no declaration.
 */
export type ResultState =
  | 'verified'
  | 'drift'
  | 'suppressed'
  | 'noise'
  | 'check'
  | 'unverifiable'
  | 'tainted'
  | 'artifact'
  | 'error'
  | 'executed'
  | 'unreachable'
  | 'not-applicable'
  | 'control'
  | 'handler'
