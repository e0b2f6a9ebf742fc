import { z } from 'zod'
import { DriftError } from '../../../src/domain/errors.js'
import type { JsonValue } from '../../../src/domain/record.js'
import { isSameValue, own } from '../classify/same-value.js'
import type { AttributeDelta, Attributes, PlannedAction, ResourceDelta } from './plan-json.js'

const attributes = z
  .custom<Attributes>((value) => typeof value === 'object' && !Array.isArray(value))
  .nullish()
const marks = z.custom<JsonValue>(() => true).optional()

const planEntry = z.object({
  address: z.string(),
  module_address: z.string().optional(),
  previous_address: z.string().optional(),
  mode: z.enum(['managed', 'data']),
  type: z.string(),
  name: z.string(),
  index: z.union([z.string(), z.number()]).optional(),
  provider_name: z.string().default(''),
  deposed: z.string().optional(),
  action_reason: z.string().optional(),
  change: z.object({
    actions: z.array(z.string()),
    before: attributes,
    after: attributes,
    after_unknown: marks,
    before_sensitive: marks,
    after_sensitive: marks,
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
    importing: z.unknown().optional(),
  }),
})

/** An entry of `resource_drift` or `resource_changes`, as Terraform wrote it. */
export type PlanEntry = z.infer<typeof planEntry>

/** The entry in a text of JSON. Throws OUTPUT_INVALID. */
export function parsePlanEntry(value: unknown): PlanEntry {
  const parsed = planEntry.safeParse(value)
  if (parsed.success) return parsed.data
  throw new DriftError('OUTPUT_INVALID', 'An entry of the plan JSON is not what it should be', {
    cause: parsed.error,
  })
}

/** What of an entry classification needs: only attributes that differ by more than their form. */
export function reducePlanEntry(entry: PlanEntry): ResourceDelta {
  const { change } = entry
  return {
    resource: {
      address: entry.address,
      moduleAddress: entry.module_address ?? null,
      mode: entry.mode,
      type: entry.type,
      name: entry.name,
      index: entry.index ?? null,
    },
    previousAddress: entry.previous_address ?? null,
    deposed: entry.deposed ?? null,
    provider: entry.provider_name,
    action: plannedAction(change.actions),
    reason: entry.action_reason ?? null,
    isImport: change.importing !== undefined && change.importing !== null,
    replacePaths: change.replace_paths ?? [],
    attributes: differingAttributes(change),
    identity: identityOf(entry.type, change.after ?? change.before ?? {}),
  }
}

/** Both orders of a replacement are `replace`. Throws OUTPUT_INVALID for an action that is not known. */
function plannedAction(actions: readonly string[]): PlannedAction {
  if (actions.length === 2 && actions.includes('create')) {
    if (actions.includes('delete')) return 'replace'
    // removed from the state but left alive, then made anew
    if (actions.includes('forget')) return 'replace'
  }
  const known = SINGLE_ACTIONS.find((action) => actions.length === 1 && actions[0] === action)
  if (known) return known
  throw new DriftError('OUTPUT_INVALID', `The plan JSON has the unknown actions ${JSON.stringify(actions)}`)
}

const SINGLE_ACTIONS = ['no-op', 'create', 'read', 'update', 'delete', 'forget'] as const

function differingAttributes(change: PlanEntry['change']): readonly AttributeDelta[] {
  const { before, after } = change
  if (!before || !after) return []
  const names = [...new Set([...Object.keys(before), ...Object.keys(after), ...unknownNames(change)])].sort()
  const deltas: AttributeDelta[] = []
  for (const name of names) {
    const unknown = markAt(change.after_unknown, name)
    const left = own(before, name)
    const right = own(after, name)
    const isTagsTwin = name === 'tags_all' && deltas.some((delta) => delta.name === 'tags')
    if (!hasMark(unknown) && !isTagsTwin && isSameValue(left, right)) continue
    deltas.push({
      name,
      before: left,
      after: right,
      unknown,
      beforeSensitive: markAt(change.before_sensitive, name),
      afterSensitive: markAt(change.after_sensitive, name),
    })
  }
  return deltas
}

function unknownNames(change: PlanEntry['change']): readonly string[] {
  const unknown = change.after_unknown
  return unknown && typeof unknown === 'object' ? Object.keys(unknown) : []
}

/** The part of a sparse mirror that belongs to one attribute; a whole-object `true` covers all of them. */
function markAt(mirror: JsonValue | undefined, name: string): JsonValue {
  if (mirror === true) return true
  if (mirror === null || typeof mirror !== 'object' || Array.isArray(mirror)) return false
  return own(mirror as Attributes, name) ?? false
}

/** True where a sparse mirror has any mark. */
export function hasMark(mirror: JsonValue): boolean {
  if (mirror === true) return true
  if (mirror === null || typeof mirror !== 'object') return false
  return Object.values(mirror).some(hasMark)
}

/** Longer strings are documents, not names. */
const MAX_IDENTITY_LENGTH = 512

function identityOf(type: string, values: Attributes): Readonly<Record<string, string>> {
  const entries = Object.entries(values).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' &&
      entry[1] !== '' &&
      entry[1].length <= MAX_IDENTITY_LENGTH &&
      isIdentityName(type, entry[0]),
  )
  return Object.fromEntries(entries)
}

/** Attributes by which others refer to a resource. `vpc_id` identifies an `aws_vpc`, not an `aws_subnet`. */
const IDENTITY_NAMES: ReadonlySet<string> = new Set([
  'id',
  'arn',
  'name',
  'bucket',
  'self_link',
  'url',
  'identifier',
])

function isIdentityName(type: string, name: string): boolean {
  if (IDENTITY_NAMES.has(name)) return true
  const stem = /^(.+)_(?:id|arn|name|identifier|url)$/.exec(name)?.[1]
  return stem !== undefined && type.endsWith(`_${stem}`)
}
