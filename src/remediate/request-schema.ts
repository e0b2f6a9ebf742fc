import { z } from 'zod'
import { REMEDIATION_ACTIONS } from '../domain/proposal.js'
import { ACTIONS } from '../domain/record.js'
import type { RemediationRequest } from '../domain/request.js'
import { stackNameProblem } from '../domain/stack.js'

const MAX_TEXT = 4_096
const MAX_ITEMS = 2_000

const text = z.string().min(1).max(MAX_TEXT)
const texts = z.array(text).max(MAX_ITEMS)
const count = z.int().min(0)
const time = z.iso.datetime({ precision: 3 })
const commit = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/)

const changeSchema = z.strictObject({
  address: text,
  host: text.nullable(),
  action: z.enum(ACTIONS),
  attributes: texts,
  cause: z.enum(['drift', 'pending', 'consequence']),
  isIrreversible: z.boolean(),
})

/** Nothing but what driftd writes: no key too many, no text without end. */
const requestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  repository: text,
  stack: z.string().refine((name) => stackNameProblem(name) === null),
  provider: text,
  path: text,
  action: z.enum(REMEDIATION_ACTIONS),
  scope: z.strictObject({ addresses: texts, hosts: texts }),
  baseBranch: text,
  baseCommit: commit,
  code: z.strictObject({
    inputs: sha256,
    files: count,
    trees: z.array(z.strictObject({ path: text, id: commit })).max(MAX_ITEMS),
  }),
  bindings: z.record(text, z.string().max(MAX_TEXT)),
  planDigest: sha256,
  digestVersion: z.int().min(1),
  summary: z.strictObject({
    changes: z.array(changeSchema).max(MAX_ITEMS),
    destroys: count,
    replaces: count,
    unpreviewed: texts,
    warnings: texts,
  }),
  limits: z.strictObject({
    maxDestroy: count,
    maxChanges: count,
    allowReplace: z.boolean(),
    allowIrreversible: z.boolean(),
    allowMassDelete: z.boolean(),
    includePending: z.boolean(),
  }),
  requester: text,
  createdAt: time,
  expiresAt: time,
  signature: z.strictObject({
    keyId: z.string().regex(/^[0-9a-f]{16}$/),
    value: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
  }),
}) satisfies z.ZodType<RemediationRequest>

/** The request in a parsed JSON document, or what is wrong with it, in one line. */
export function checkRequest(
  data: unknown,
):
  | { readonly ok: true; readonly request: RemediationRequest }
  | { readonly ok: false; readonly problem: string } {
  const result = requestSchema.safeParse(data)
  if (result.success) return { ok: true, request: result.data }
  const [issue] = result.error.issues
  return { ok: false, problem: `${issue?.path.join('.') || 'the document'}: ${issue?.message}` }
}
