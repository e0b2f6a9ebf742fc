import type { Action, Kind } from '../../src/domain/record.js'
import type { AwsClients } from './aws-clients.js'

/** What an edit may touch: the services, and the resources as the state has them. */
export interface World {
  readonly aws: AwsClients
  /** A text attribute of a resource, `id` unless named. Throws where the state has none. */
  readonly attribute: (address: string, name?: string) => string
}

/** One record that a scan has to name. */
export interface Expected {
  readonly address: string
  readonly kind: Kind
  readonly action: Action
  /** Default true for drift that applying the code undoes. */
  readonly correctable?: boolean
  /** The beginnings of the paths of its changes, joined with `.`, sorted: `tags.Owner`, `ingress`. */
  readonly paths: readonly string[]
}

/** Something done by hand, behind the code's back, and what a scan of the unchanged code says about it. */
export interface Edit {
  readonly name: string
  readonly make: (world: World) => Promise<unknown>
  readonly expected: readonly Expected[]
}

/** Applying the code takes the edit back. */
export function changed(address: string, ...paths: string[]): Expected {
  return { address, kind: 'changed', action: 'update', correctable: true, paths }
}

/** Applying the code leaves the edit as it is. */
export function stays(address: string, ...paths: string[]): Expected {
  return { address, kind: 'changed', action: 'none', correctable: false, paths }
}

/** Applying the code takes some of the edit back, and leaves the rest as it is. */
export function partly(address: string, ...paths: string[]): Expected {
  return { address, kind: 'changed', action: 'update', correctable: false, paths }
}

/** Was applied, is declared, is gone. */
export function deleted(address: string): Expected {
  return { address, kind: 'deleted', action: 'create', correctable: true, paths: [] }
}
