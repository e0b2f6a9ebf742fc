import type { PlannedChange } from '../../../src/domain/proposal.js'
import type { Finding } from '../../../src/domain/record.js'
import { type Presenter, presentValue, UNKNOWN_PLACEHOLDER } from '../classify/present-change.js'
import { hasMark, type PlanEntry, reducePlanEntry } from '../plan-json/plan-entry.js'
import type { AttributeDelta, PlannedAction } from '../plan-json/plan-json.js'
import { isStateful } from './stateful-types.js'

/** What planned changes are described with. */
export interface DescribeRequest {
  readonly entries: readonly PlanEntry[]
  /** What a scan of the same world says: whether a change undoes drift, or applies code that nobody applied yet. */
  readonly findings: readonly Finding[]
  readonly presenter: Presenter
}

/** The changes of a plan for people, free of secrets, sorted by address. */
export function describeChanges({ entries, findings, presenter }: DescribeRequest): readonly PlannedChange[] {
  const kinds = new Map<string, readonly string[]>()
  for (const { address, kind } of findings) kinds.set(address, [...(kinds.get(address) ?? []), kind])
  return entries
    .map((entry) => describeEntry(entry, kinds.get(entry.address) ?? [], presenter))
    .toSorted((a, b) => (a.address < b.address ? -1 : 1))
}

function describeEntry(entry: PlanEntry, kinds: readonly string[], presenter: Presenter): PlannedChange {
  const delta = reducePlanEntry(entry)
  const action = delta.isImport ? 'import' : ACTIONS[delta.action]
  return {
    address: delta.deposed === null ? entry.address : `${entry.address} (deposed ${delta.deposed})`,
    host: null,
    action,
    attributes: delta.attributes.map((attribute) => describeAttribute(attribute, presenter)),
    isIrreversible: (action === 'delete' || action === 'replace') && isStateful(entry.type),
    cause: decideCause(kinds),
  }
}

/** An entry that only moves a resource says `no-op`: it updates the state. */
const ACTIONS: Readonly<Record<PlannedAction, PlannedChange['action']>> = {
  'no-op': 'update',
  read: 'none',
  create: 'create',
  update: 'update',
  replace: 'replace',
  delete: 'delete',
  forget: 'forget',
}

/** A conflict holds code that nobody applied yet: carrying it out applies that too. */
function decideCause(kinds: readonly string[]): PlannedChange['cause'] {
  if (kinds.includes('pending') || kinds.includes('conflict')) return 'pending'
  return kinds.some((kind) => DRIFT_KINDS.has(kind)) ? 'drift' : 'consequence'
}

const DRIFT_KINDS: ReadonlySet<string> = new Set(['changed', 'deleted', 'check'])

function describeAttribute(delta: AttributeDelta, presenter: Presenter): PlannedChange['attributes'][number] {
  const path = [presenter.redactor.text(delta.name)]
  if (hasMark(delta.beforeSensitive) || hasMark(delta.afterSensitive)) return { path, sensitive: true }
  return {
    path,
    before: presentValue(delta.before, presenter),
    after: delta.unknown === true ? UNKNOWN_PLACEHOLDER : presentValue(delta.after, presenter),
    sensitive: false,
  }
}
