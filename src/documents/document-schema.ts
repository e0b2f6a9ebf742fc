import { z } from 'zod'
import { ALERT_ENDINGS, ALERT_REASONS } from '../domain/alert-message.js'
import { ACTIONS, CAUSES, type DriftRecord, type JsonValue, KINDS } from '../domain/record.js'
import { PHASE_NAMES, SCAN_STATUSES, type Scan, UNVERIFIED_REASONS } from '../domain/scan.js'
import { SEVERITIES } from '../domain/severity.js'
import type { StackStatus } from '../domain/stack-status.js'
import { alertsSchema, previewSchema } from './alerts-schema.js'
import { doctorSchema } from './doctor-schema.js'
import { driftSchema, historySchema, rulesSchema } from './drift-schema.js'
import { gateSchema, remediationSchema } from './remediation-schema.js'
import { count, errorCode, ruleSchema, schemaVersion, time } from './schema-parts.js'

const milliseconds = count
const jsonValue = z.json().meta({ id: 'jsonValue' }) as z.ZodType<JsonValue>
const phaseName = z.enum(PHASE_NAMES)
const status = z.enum(SCAN_STATUSES)

const hunkSchema = z.object({
  oldStart: count,
  newStart: count,
  lines: z.array(z.string()).describe("each begins with ' ', '-' (actual) or '+' (declared)"),
})

const changeSchema = z.object({
  path: z.array(z.union([z.string(), count])).describe('keys and list indexes, outermost first'),
  cause: z.enum(CAUSES).describe('who made the attribute differ'),
  declared: jsonValue.exactOptional().describe('what Git says; absent where it is sensitive or not known'),
  actual: jsonValue.exactOptional().describe('what is there; absent where it is sensitive or not known'),
  recorded: jsonValue.exactOptional().describe('what the engine last wrote down'),
  sensitive: z.boolean().describe('true: the values are withheld'),
  hunks: z.array(hunkSchema).exactOptional().describe('a text difference'),
  truncated: z.boolean().exactOptional().describe('the values were longer than 64 KiB and are cut'),
  declaredBytes: count.exactOptional(),
  actualBytes: count.exactOptional(),
})

const recordSchema = z.object({
  id: z.string().describe('the first 12 characters (base32) of the fingerprint'),
  fingerprint: z
    .string()
    .regex(/^sha256:/)
    .describe('the same difference in every scan'),
  contentHash: z
    .string()
    .regex(/^hmac:/)
    .describe('changes when kind, paths or values do'),
  kind: z.enum(KINDS),
  action: z.enum(ACTIONS),
  correctable: z.boolean().describe('false: applying the code would not undo the difference'),
  severity: z.enum(SEVERITIES),
  address: z.string(),
  resourceType: z.string().nullable().describe('the resource type, or the full name of the module'),
  host: z.string().nullable(),
  source: z.object({ file: z.string(), line: z.int().min(1) }).nullable(),
  changes: z.array(changeSchema),
  detail: z.string().nullable(),
  ignored: ruleSchema
    .exactOptional()
    .describe('the rule of .driftd.yaml that accepts it; absent where none does'),
})

const coverageSchema = z.object({
  verified: count,
  applicable: count,
  unverified: z.array(
    z.object({
      what: z.string().describe('host and task name, or a resource address'),
      reason: z.enum(UNVERIFIED_REASONS),
    }),
  ),
  executed: z.array(z.string()).describe('what the scan really ran (check_mode: false)'),
})

const scanSchema = z.object({
  id: z.string().describe('a ULID: sorts by time'),
  stack: z.string(),
  provider: z.string(),
  repository: z.string().nullable().describe('null for a one-shot comparison'),
  commit: z.string().nullable().describe('null for a folder that is no Git repository'),
  status,
  startedAt: time,
  durationMs: milliseconds,
  phases: z.array(z.object({ name: phaseName, durationMs: milliseconds })),
  coverage: coverageSchema,
  error: z
    .object({ code: errorCode, phase: phaseName, message: z.string(), retryable: z.boolean() })
    .nullable(),
  warnings: z.array(z.object({ code: errorCode, message: z.string() })),
  records: z.array(recordSchema),
})

const stackSchema = z.object({
  name: z.string(),
  provider: z.string(),
  status: z.enum([...status.options, 'unknown']).describe('unknown: never scanned'),
  stale: z
    .boolean()
    .describe('the last verdict is older than the maximum age of the stack, or there is none'),
  openDrift: z.object({ critical: count, high: count, medium: count, low: count, info: count }),
  coverage: z.object({ verified: count, applicable: count }).nullable(),
  lastScanAt: time.nullable(),
  lastGoodScanAt: time.nullable(),
  nextScanAt: time.nullable(),
  commit: z.string().nullable(),
})

const daemonSchema = z.object({ host: z.string(), pid: count, since: time })
const deliveriesSchema = z.object({ waiting: count, dead: count })
const queueSchema = z.object({ waiting: count, running: count, oldestQueuedAt: time.nullable() })

const alertRecordSchema = recordSchema.extend({
  stack: z.string(),
  since: time,
  sourceUrl: z.string().nullable().describe('the place in the code, where the repository has pages'),
  changedBy: z.string().nullable(),
  severityReason: z.string().nullable().describe('why it has its severity'),
})

const alertSchema = z.object({
  schemaVersion,
  type: z.string().describe('drift.opened, drift.resolved, scan.failing, ...: docs/alerts.md lists them'),
  reason: z.enum(ALERT_REASONS),
  stack: z.string().nullable().describe('null for a message about several stacks or none'),
  repository: z.string().nullable(),
  commit: z.string().nullable(),
  status: z.enum([...status.options, 'unknown']).nullable(),
  records: z.array(alertRecordSchema).describe('what is open'),
  resolved: z.array(
    alertRecordSchema.extend({
      resolvedAt: time.nullable(),
      resolution: z
        .enum(ALERT_ENDINGS)
        .nullable()
        .describe('accepted: by a rule in Git; unconfigured: its stack is configured no longer'),
    }),
  ),
})

/**
 * The documents of driftd, by the name of their JSON Schema: `scans` is what `-o json` of scans and records prints (and
 * every line of `-o jsonl`), `status` that of `driftd status`, `record` one record of a scan, `alert` what is posted to
 * webhooks, `history` and `rules` those of `driftd history` and `driftd ignore --list`, `remediation` and `gate` those of
 * `driftd remediate` and `driftd gate explain`, `doctor`, `alerts` and `preview` those of `driftd doctor`, `driftd alerts list`
 * and `driftd alerts preview`.
 */
export const DOCUMENT_SCHEMAS = {
  scans: z.object({
    schemaVersion,
    scans: z.array(scanSchema),
    drifts: z
      .array(driftSchema)
      .exactOptional()
      .describe('what is known of these records over time: `driftd show` has it'),
  }),
  status: z.object({
    schemaVersion,
    stacks: z.array(stackSchema),
    daemon: daemonSchema.nullable().exactOptional().describe('who scans on schedule; null: nobody'),
    queue: queueSchema.exactOptional().describe('scans that the daemon is to do'),
    alerts: deliveriesSchema
      .exactOptional()
      .describe('messages to channels: to be delivered, and given up as undeliverable'),
    rules: z
      .object({ expired: count, dead: count })
      .exactOptional()
      .describe('ignore rules whose last day is over, and that matched nothing for 30 days'),
  }),
  record: recordSchema,
  alert: alertSchema,
  history: historySchema,
  rules: rulesSchema,
  remediation: remediationSchema,
  gate: gateSchema,
  doctor: doctorSchema,
  alerts: alertsSchema,
  preview: previewSchema(alertSchema),
} as const

type Writable<T> = T extends JsonScalar
  ? T
  : T extends readonly (infer Item)[]
    ? Writable<Item>[]
    : { -readonly [Key in keyof T]: JsonValue extends T[Key] ? T[Key] : Writable<T[Key]> }
type JsonScalar = string | number | boolean | null | undefined
/** An error of the compiler where the schema and the type of the domain say different things. */
type Same<Schema extends z.ZodType, Type> = [z.output<Schema>] extends [Writable<Type>]
  ? [Writable<Type>] extends [z.output<Schema>]
    ? true
    : { readonly missingInSchema: Exclude<keyof Type, keyof z.output<Schema>> }
  : { readonly notInType: Exclude<keyof z.output<Schema>, keyof Type> }

true satisfies Same<typeof recordSchema, DriftRecord>
true satisfies Same<typeof scanSchema, Scan>
true satisfies Same<typeof stackSchema, StackStatus>
