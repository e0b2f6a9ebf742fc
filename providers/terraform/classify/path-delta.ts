import type { AttributePath, JsonValue } from '../../../src/domain/record.js'

/**
 * How the three values of a place stand to each other: changed `outside` and put back by the plan; changed by the `code`;
 * changed by `both`; changed outside and `left` as it is by the plan; or to be changed to something `unknown` before apply.
 */
export type Standing = 'outside' | 'code' | 'both' | 'left' | 'unknown'

/** The three values of one place, and the marks that belong to them. */
export interface Sides {
  /** In the state. */
  readonly recorded: JsonValue
  /** Refreshed. */
  readonly actual: JsonValue
  /** Planned. */
  readonly declared: JsonValue
  /** Sparse mirror of `declared`: `true` where it is known only after apply. */
  readonly unknown: JsonValue
  /** Sparse mirrors of the values: `true` where a value is sensitive. */
  readonly sensitive: readonly JsonValue[]
}

/** One place where not all three values are the same. Of a set only the elements that differ are given. */
export interface PathDelta {
  readonly path: AttributePath
  readonly standing: Standing
  readonly recorded: JsonValue
  readonly actual: JsonValue
  readonly declared: JsonValue
  /** The planned value is known only after apply. */
  readonly isUnknown: boolean
  readonly isSensitive: boolean
  /** The values are lists of those elements that differ. */
  readonly isElements: boolean
}
