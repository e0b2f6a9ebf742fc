import { z } from 'zod'
import { CHECK_STATUSES, GATE_VERDICTS } from '../domain/gate-check.js'
import { REMEDIATION_STATUSES } from '../domain/remediation-outcome.js'
import { REQUEST_STATES } from '../domain/request.js'
import { schemaVersion, time } from './schema-parts.js'

const checkSchema = z.object({
  name: z.string().describe('docs/security.md explains each'),
  status: z.enum(CHECK_STATUSES).describe('unknown: it could not be looked at, which is never a yes'),
  onFailure: z.enum(['final', 'later']).describe('what a failure means for the request'),
  evidence: z.string(),
  wayOut: z.string().nullable(),
})

const requestSchema = z.object({
  id: z.string(),
  state: z.enum(REQUEST_STATES),
  branch: z.string(),
  path: z.string().describe("the request's file in the repository"),
  url: z.string().nullable().describe('of its pull request; null on plain Git'),
  planDigest: z.string(),
  expiresAt: time,
})

const receiptSchema = z.object({
  requestId: z.string(),
  status: z.enum(['applied', 'failed', 'unknown']),
  commit: z.string(),
  startedAt: time,
  endedAt: time,
  message: z.string().nullable(),
  unexpected: z.array(z.string()).describe('what changed and nobody approved'),
  verification: z.enum(['converged', 'not-converged', 'failed']).nullable(),
  scan: z.string().nullable(),
})

const nextStepSchema = z.object({
  text: z.string(),
  command: z.string().nullable(),
  url: z.string().nullable(),
})

/** What `driftd remediate -o json` prints. */
export const remediationSchema = z.object({
  schemaVersion,
  stack: z.string(),
  status: z.enum(REMEDIATION_STATUSES),
  message: z.string(),
  request: requestSchema.nullable(),
  proposedInstead: requestSchema.nullable(),
  checks: z.array(checkSchema),
  receipt: receiptSchema.nullable(),
  nextSteps: z.array(nextStepSchema),
})

/** What `driftd gate explain -o json` prints. */
export const gateSchema = z.object({
  schemaVersion,
  id: z.string(),
  stack: z.string(),
  request: requestSchema.nullable().describe('null: this store never proposed it'),
  verdict: z.enum(GATE_VERDICTS),
  checks: z.array(checkSchema),
  decidedAt: time.nullable().describe('when the gate decided; null: looked at just now'),
})
