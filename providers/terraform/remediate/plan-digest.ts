import { createHash, createHmac } from 'node:crypto'
import { canonicalJson } from '../../../src/domain/fingerprint.js'
import type { RemediationAction } from '../../../src/domain/proposal.js'
import type { JsonValue } from '../../../src/domain/record.js'
import type { Redactor } from '../../../src/lib/redact.js'
import { own } from '../classify/same-value.js'
import type { PlanEntry } from '../plan-json/plan-entry.js'
import type { PlannedEntries } from './read-planned.js'

/** Grows when the same plan gets another digest: a request with an older one is refused. */
export const DIGEST_VERSION = 1

/** What a digest is made of. */
export interface DigestRequest {
  readonly action: RemediationAction
  readonly planned: PlannedEntries
  /** Engine, providers, lock and variable files, workspace, lineage. */
  readonly bindings: Readonly<Record<string, string>>
  /** The key of leaves that are secret: a bare hash of a short secret could be guessed. */
  readonly key: Buffer
  /** Knows every secret value, for those that stand where no mark is (`tags_all`). */
  readonly redactor: Redactor
}

/**
 * `sha256:<hex>` over everything that carrying out would do: equal for two plans of the same world, other for any change of
 * an action, a value, an address, a provider or a secret. Order, no-ops, data sources and the time of the plan do not count
 * (facts: of two plans of one world only `timestamp` differs).
 */
export function digestPlan(request: DigestRequest): string {
  const { action, planned, bindings } = request
  // a refresh-only plan has no resource_changes: what it would write is what drifted
  const entries = action === 'accept' ? planned.drifts : planned.changes
  const outputs = action === 'accept' ? hideOutputs(planned.outputs, request) : {}
  const content: JsonValue = {
    version: DIGEST_VERSION,
    action,
    bindings,
    entries: entries.map((entry) => canonicalEntry(entry, request)).sort(),
    outputs,
  }
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`
}

function canonicalEntry(entry: PlanEntry, request: DigestRequest): string {
  const { change } = entry
  return canonicalJson({
    address: entry.address,
    deposed: entry.deposed ?? null,
    provider: entry.provider_name,
    previousAddress: entry.previous_address ?? null,
    actions: change.actions,
    before: hide(change.before ?? null, change.before_sensitive ?? false, request),
    after: hide(change.after ?? null, change.after_sensitive ?? false, request),
    unknown: change.after_unknown ?? false,
    replacePaths: change.replace_paths ?? [],
    importing: (change.importing ?? null) as JsonValue,
  })
}

function hideOutputs(outputs: Readonly<Record<string, JsonValue>>, request: DigestRequest): JsonValue {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => {
      const isMarked = ['before_sensitive', 'after_sensitive'].some(
        (key) => own(value as never, key) === true,
      )
      return [name, hide(value, isMarked, request)]
    }),
  )
}

/** The value with every secret leaf as a keyed hash, by its mark or because it holds a known secret. */
function hide(value: JsonValue, mark: JsonValue, request: DigestRequest): JsonValue {
  if (mark === true) return value === null ? null : keyed(value, request.key)
  if (typeof value === 'string') return request.redactor.isTouched(value) ? keyed(value, request.key) : value
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) {
    const marks = Array.isArray(mark) ? mark : []
    return value.map((item: JsonValue, index) => hide(item, marks[index] ?? false, request))
  }
  const entries = Object.entries(value).map(
    ([name, item]) => [name, hide(item, markOf(mark, name), request)] as const,
  )
  return Object.fromEntries(entries)
}

function markOf(mark: JsonValue, name: string): JsonValue {
  if (mark === null || typeof mark !== 'object' || Array.isArray(mark)) return false
  return own(mark as Readonly<Record<string, JsonValue>>, name) ?? false
}

function keyed(value: JsonValue, key: Buffer): string {
  return `hmac:${createHmac('sha256', key).update(canonicalJson(value)).digest('hex')}`
}
