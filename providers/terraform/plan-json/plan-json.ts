import type { AttributePath, JsonValue } from '../../../src/domain/record.js'

/** A resource instance, by the fields of the plan: the text of an address is for people and never split. */
export interface ResourceAddress {
  /** As Terraform writes it: `module.m["a b"].aws_vpc.n[0]`. */
  readonly address: string
  /** `module.m["a b"]`, or null in the root module. */
  readonly moduleAddress: string | null
  readonly mode: 'managed' | 'data'
  readonly type: string
  readonly name: string
  /** The key of `count` or `for_each`, or null. */
  readonly index: string | number | null
}

/** Attributes by name. */
export type Attributes = Readonly<Record<string, JsonValue>>

/** One top-level attribute that differs between the two sides of a change. Values are raw: they may be secret. */
export interface AttributeDelta {
  readonly name: string
  readonly before: JsonValue
  readonly after: JsonValue
  /** Sparse mirror of `after`: `true` where the value is known only after apply. */
  readonly unknown: JsonValue
  /** Sparse mirrors: `true` at a leaf or a whole subtree that is sensitive on that side. */
  readonly beforeSensitive: JsonValue
  readonly afterSensitive: JsonValue
}

/** What an entry of a plan says will happen (or, for drift, has happened) to a resource. */
export type PlannedAction = 'no-op' | 'create' | 'read' | 'update' | 'replace' | 'delete' | 'forget'

/** An entry of `resource_drift` or `resource_changes`, reduced to what differs. */
export interface ResourceDelta {
  readonly resource: ResourceAddress
  readonly previousAddress: string | null
  /** The key of a deposed object, or null for the current one. */
  readonly deposed: string | null
  /** `registry.terraform.io/hashicorp/aws` */
  readonly provider: string
  readonly action: PlannedAction
  readonly reason: string | null
  readonly isImport: boolean
  readonly replacePaths: readonly AttributePath[]
  /** Sorted by name; empty where one side is missing. */
  readonly attributes: readonly AttributeDelta[]
  /** Top-level strings by which other resources may refer to this one (`id`, `arn`, `name`, ...), as they are now. */
  readonly identity: Readonly<Record<string, string>>
}

/** A resource of the refreshed state. */
export interface StateResource {
  readonly address: string
  readonly type: string
  readonly values: Attributes
  /** Resources it depends on, directly or not, as addresses of the code: without any instance key. */
  readonly dependsOn: readonly string[]
}

/** What a resource block of the code sets, as `configuration` of the plan has it. */
export interface ConfiguredResource {
  readonly expressions: Readonly<Record<string, JsonValue>>
}

/** An output of the root module whose value would change. */
export interface OutputDelta {
  readonly name: string
  readonly action: 'create' | 'update' | 'delete'
  readonly before: JsonValue
  readonly after: JsonValue
  readonly isUnknown: boolean
  readonly isSensitive: boolean
}

/** An assertion of the code with what came of it. */
export interface CheckResult {
  readonly kind: 'check' | 'resource' | 'output_value' | 'var'
  /** `check.NAME`, or the address of the resource or output that carries the condition. */
  readonly address: string
  readonly resource: ResourceAddress | null
  readonly status: 'pass' | 'fail' | 'error' | 'unknown'
  readonly messages: readonly string[]
}

/** A plan, reduced to what classification needs. Holds secrets: never store or log it. */
export interface Plan {
  readonly formatVersion: string
  /** False for `errored: true` or `complete: false`. */
  readonly isComplete: boolean
  /** False in a refresh-only plan, which says nothing of what the code wants. */
  readonly hasChanges: boolean
  /** `resource_drift` without entries that only differ in form. */
  readonly drifts: readonly ResourceDelta[]
  /** `resource_changes` of managed resources without those that neither change nor drifted. */
  readonly changes: readonly ResourceDelta[]
  readonly outputs: readonly OutputDelta[]
  /** Failed ones only. */
  readonly failedChecks: readonly CheckResult[]
  /** Managed instances in the refreshed state. */
  readonly managedCount: number
  /** Managed resources whose values name a drifted one, and those that drifted or change, by address. */
  readonly stateResources: readonly StateResource[]
  /** What the state still had of resources that are gone: others may mirror them. */
  readonly goneResources: readonly StateResource[]
  /** Resource blocks of drifted and changing resources, by `configAddressOf`. */
  readonly configured: ReadonlyMap<string, ConfiguredResource>
  /** Managed instances that the plan did not come to, of a plan that is not complete. */
  readonly unreached: readonly string[]
  /** Values under a sensitive mark, of sensitive variables and of sensitive outputs, as text. */
  readonly secretValues: readonly string[]
}
