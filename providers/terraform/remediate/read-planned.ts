import { DriftError } from '../../../src/domain/errors.js'
import type { JsonValue } from '../../../src/domain/record.js'
import { type CutDecision, type CutVisitor, cutJson } from '../plan-json/cut-json.js'
import { type PlanEntry, parsePlanEntry } from '../plan-json/plan-entry.js'
import { SecretValues } from '../plan-json/plan-secrets.js'
import type { OpenPlan } from '../plan-json/read-plan.js'

/** What an apply of a plan would do, whole. Holds secrets: never store or log it. */
export interface PlannedEntries {
  /** `resource_changes` that do something, data sources left out. */
  readonly changes: readonly PlanEntry[]
  /** `resource_drift` of managed resources: what a refresh-only apply writes into the state. */
  readonly drifts: readonly PlanEntry[]
  /** `output_changes` that do something, by name. */
  readonly outputs: Readonly<Record<string, JsonValue>>
  /** Every value under a sensitive mark, as text. */
  readonly secretValues: readonly string[]
}

const SECTIONS: ReadonlySet<string> = new Set(['resource_changes', 'resource_drift', 'output_changes'])

/** Reads what a plan JSON says would be done, without holding the rest of it. Throws OUTPUT_INVALID, OUTPUT_TRUNCATED. */
export async function readPlanned(open: OpenPlan): Promise<PlannedEntries> {
  const reader = new PlannedReader()
  await cutJson(open(), reader)
  return reader.entries()
}

class PlannedReader implements CutVisitor {
  readonly #changes: PlanEntry[] = []
  readonly #drifts: PlanEntry[] = []
  readonly #outputs: Record<string, JsonValue> = {}
  readonly #secrets = new SecretValues()

  decide(path: readonly string[]): CutDecision {
    if (!SECTIONS.has(path[0] ?? '')) return 'skip'
    return path.length === 1 ? 'enter' : 'take'
  }

  take(path: readonly string[], bytes: Buffer): void {
    const value = JSON.parse(bytes.toString('utf8')) as JsonValue
    if (path[0] === 'output_changes') this.#takeOutput(path[1] ?? '', value)
    else this.#takeEntry(path[0] === 'resource_drift' ? this.#drifts : this.#changes, parsePlanEntry(value))
  }

  entries(): PlannedEntries {
    const { changes, drifts, outputs } = {
      changes: this.#changes,
      drifts: this.#drifts,
      outputs: this.#outputs,
    }
    return { changes, drifts, outputs, secretValues: this.#secrets.list() }
  }

  #takeEntry(list: PlanEntry[], entry: PlanEntry): void {
    const { change } = entry
    this.#secrets.addMarked(change.before, change.before_sensitive)
    this.#secrets.addMarked(change.after, change.after_sensitive)
    const doesNothing = change.actions.every((action) => action === 'no-op' || action === 'read')
    if (entry.mode !== 'managed' || (doesNothing && entry.previous_address === undefined)) return
    list.push(entry)
  }

  #takeOutput(name: string, value: JsonValue): void {
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      throw new DriftError('OUTPUT_INVALID', 'An output change of the plan JSON is no object')
    const { actions } = value as { readonly actions?: JsonValue }
    if (Array.isArray(actions) && actions.every((action) => action === 'no-op')) return
    // `__proto__` is a name like any other
    Object.defineProperty(this.#outputs, name, { value, enumerable: true })
  }
}
