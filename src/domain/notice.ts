import type { NextStep } from './alert-message.js'
import type { Severity } from './severity.js'

/** Something that happened to a repository or a request, to be told as it is; free of secrets. */
export interface Notice {
  /** What is told under one id is told once, however often it is handed in. */
  readonly id: string
  /** What notices of one matter share: they are one thread. */
  readonly key: string
  readonly reason: 'repository' | 'remediation'
  /** ISO 8601, UTC. */
  readonly at: string
  readonly severity: Severity
  /** What it is about, for routes and mutes; null: no single one. */
  readonly stack: string | null
  readonly repository: string | null
  /** Everything in one line. */
  readonly summary: string
  /** In one sentence. */
  readonly explanation: string
  readonly paragraphs: readonly string[]
  readonly nextSteps: readonly NextStep[]
}
