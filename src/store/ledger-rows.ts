import type { Insertable, Selectable } from 'kysely'
import { z } from 'zod'
import type { JsonValue } from '../domain/record.js'
import { type PullRequest, REQUEST_STATES, type Receipt } from '../domain/request.js'
import type { JournalEntry, Lease, LedgerRequest, NewRequest } from '../remediate/ledger.js'
import type { RemediationRequestTable, StackLeaseTable } from './ledger-tables.js'

/** The row of a request that is proposed now. */
export function newRequestToRow(
  request: NewRequest,
  { epoch, at }: { readonly epoch: number; readonly at: string },
): Insertable<RemediationRequestTable> {
  return {
    id: request.id,
    nonce: request.nonce,
    repository: request.repository,
    stack: request.stack,
    branch: request.branch,
    path: request.path,
    content: request.content,
    plan_digest: request.planDigest,
    created_at: request.createdAt,
    expires_at: request.expiresAt,
    epoch,
    state: 'proposed',
    state_at: at,
    pull_request: null,
    detail: 'null',
    journal: null,
    receipt: null,
  }
}

/** The request of a row. Throws a ZodError or SyntaxError where it is damaged. */
export function rowToRequest(row: Selectable<RemediationRequestTable>): LedgerRequest {
  return {
    id: row.id,
    nonce: row.nonce,
    repository: row.repository,
    stack: row.stack,
    branch: row.branch,
    path: row.path,
    content: row.content,
    planDigest: row.plan_digest,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    epoch: row.epoch,
    state: stateSchema.parse(row.state),
    stateAt: row.state_at,
    pullRequest: parse(pullRequestSchema, row.pull_request),
    detail: JSON.parse(row.detail) as JsonValue,
    journal: parse(journalSchema, row.journal),
    receipt: parse(receiptSchema, row.receipt),
  }
}

/** The lease of a row, with what was written down of its request. */
export function rowToLease(row: Selectable<StackLeaseTable> & { readonly journal: string | null }): Lease {
  return {
    requestId: row.request_id,
    stack: row.stack,
    fencingToken: Number(row.token),
    owner: processSchema.parse(JSON.parse(row.owner)),
    until: row.lease_until,
    engine: parse(journalSchema, row.journal)?.engine ?? null,
  }
}

function parse<T>(schema: z.ZodType<T>, text: string | null): T | null {
  return text === null ? null : schema.parse(JSON.parse(text))
}

const stateSchema = z.enum(REQUEST_STATES)
const processSchema = z.object({ host: z.string(), pid: z.number(), startedAs: z.string().nullable() })
const pullRequestSchema = z.object({
  id: z.string(),
  url: z.string().nullable(),
  pushedCommit: z.string(),
}) satisfies z.ZodType<PullRequest>
const journalSchema = z.object({
  begunAt: z.string(),
  owner: processSchema,
  commit: z.string(),
  planDigest: z.string(),
  engine: processSchema.nullable(),
}) satisfies z.ZodType<JournalEntry>
const receiptSchema = z.object({
  requestId: z.string(),
  status: z.enum(['applied', 'failed', 'unknown']),
  commit: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  message: z.string().nullable(),
  unexpected: z.array(z.string()),
  verification: z.enum(['converged', 'not-converged', 'failed']).nullable(),
  scan: z.string().nullable(),
}) satisfies z.ZodType<Receipt>
