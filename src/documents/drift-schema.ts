import { z } from 'zod'
import { DRIFT_EVENT_TYPES, DRIFT_STATES, RESOLUTIONS } from '../domain/drift.js'
import { KINDS } from '../domain/record.js'
import { RULE_STATES } from '../domain/rule-state.js'
import { PHASE_NAMES, SCAN_STATUSES } from '../domain/scan.js'
import { SEVERITIES } from '../domain/severity.js'
import { count, day, ruleSchema, schemaVersion, time } from './schema-parts.js'

const meanMs = count.nullable()

const daySchema = z.object({
  date: day.describe('in UTC'),
  scans: count,
  failed: count.describe('scans without a verdict'),
  opened: count.describe('drifts that opened, for the first time or again'),
  resolved: count,
  leastCoverage: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('the least share that a scan verified; null where none reached a verdict'),
})

const pastScanSchema = z.object({
  id: z.string(),
  status: z.enum(SCAN_STATUSES),
  startedAt: time,
  durationMs: count,
  commit: z.string().nullable(),
  coverage: z.object({ verified: count, applicable: count }),
  error: z.object({ code: z.string(), phase: z.enum(PHASE_NAMES) }).nullable(),
})

const eventSchema = z.object({
  id: z.string().describe('a ULID: sorts by time'),
  type: z.enum(DRIFT_EVENT_TYPES),
  at: time,
  since: time
    .nullable()
    .describe('what mean times are measured from: the last good scan without it, or when it was opened'),
  scan: z.string().nullable().describe('null for what a person did by hand'),
  commit: z.string().nullable(),
  by: z.string().nullable().describe('who did it, where a person or a rule did'),
  resolution: z.enum(RESOLUTIONS).nullable(),
  detail: z.string().nullable(),
  record: z.object({
    id: z.string(),
    fingerprint: z.string(),
    kind: z.enum(KINDS),
    severity: z.enum(SEVERITIES),
    address: z.string(),
    host: z.string().nullable(),
  }),
})

/** A record followed over time, as `driftd show` prints it beside the record. */
export const driftSchema = z.object({
  stack: z.string(),
  record: z.string().describe('the id of the record'),
  fingerprint: z.string(),
  state: z.enum(DRIFT_STATES),
  firstSeenAt: time,
  lastSeenAt: time,
  openedAt: time.nullable(),
  openedScan: z.string().nullable(),
  openedCommit: z.string().nullable(),
  resolvedAt: time.nullable(),
  resolution: z.enum(RESOLUTIONS).nullable(),
  isFlapping: z.boolean().describe('it comes and goes'),
  isQuarantined: z.boolean().describe('its content is another one in every scan'),
  acknowledgement: z.object({ by: z.string(), reason: z.string(), at: time }).nullable(),
  rule: ruleSchema.nullable(),
})

/** What `driftd history STACK -o json` prints. */
export const historySchema = z.object({
  schemaVersion,
  history: z.object({
    stack: z.string(),
    configured: z.boolean().describe('false: it is configured no longer, and nobody scans it'),
    meanTimeToDetectMs: meanMs.describe('from the last good scan without a drift to its opening'),
    meanTimeToResolveMs: meanMs.describe('from the opening of a drift to its resolution'),
    days: z.array(daySchema).describe('newest first'),
    scans: z.array(pastScanSchema).describe('newest first'),
    events: z.array(eventSchema).describe('newest first'),
  }),
})

/** What `driftd ignore --list -o json` prints. */
export const rulesSchema = z.object({
  schemaVersion,
  rules: z.array(
    z.object({
      repository: z.string(),
      match: z.string().describe('what the rule matches, in words'),
      reason: z.string(),
      owner: z.string(),
      until: day.describe('the last day, in UTC'),
      state: z.enum(RULE_STATES),
      hits: count.describe('records it ignored, over all scans'),
      lastHitAt: time.nullable(),
      since: time.describe('when it was first read'),
    }),
  ),
})
