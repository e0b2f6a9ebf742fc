import type { JsonValue } from '../../src/domain/record.js'

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

/** A plan, reduced to what classification needs. Holds secrets: never store or log it. */
export interface Plan {
  readonly formatVersion: string
}
