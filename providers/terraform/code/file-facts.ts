import type { JsonValue } from '../../../src/domain/record.js'

/** A call of another module. Null where the code does not say it literally. */
export interface ModuleCall {
  readonly name: string
  readonly source: string
  readonly version: string | null
}

/** Where the state is kept, as the code says it. `cloud` for HCP Terraform. */
export interface BackendBlock {
  readonly type: string
  readonly config: Readonly<Record<string, JsonValue>>
}

/** A variable whose values are secrets. */
export interface SensitiveVariable {
  readonly name: string
  readonly defaultValue: JsonValue
}

/** What one configuration file says about how the stack is run. */
export interface FileFacts {
  readonly backend: BackendBlock | null
  readonly requiredProviders: Readonly<Record<string, JsonValue>>
  readonly hasProviderBlock: boolean
  /** Types of resources and data sources. */
  readonly resourceTypes: readonly string[]
  readonly moduleCalls: readonly ModuleCall[]
  readonly sensitiveVariables: readonly SensitiveVariable[]
}
