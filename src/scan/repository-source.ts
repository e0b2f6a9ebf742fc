import type { Stack } from '../domain/stack.js'
import type { Checkout, Provider } from './provider.js'
import type { EngineEnvironment, Following } from './scan-job.js'

/** A stack as configured, with what its scan needs beside it. */
export interface ConfiguredStack {
  readonly stack: Stack
  readonly provider: Provider
  readonly following: Following
  engineEnvironment(): Promise<EngineEnvironment>
}

/** A repository at one commit, with the stacks that it has there. */
export interface OpenedRepository {
  readonly name: string
  readonly stacks: readonly ConfiguredStack[]
  /** The files, once it is sure that the stack's path is inside. Throws PATH_OUTSIDE_CHECKOUT, NOT_A_DIRECTORY. */
  checkoutOf(stack: Stack): Promise<Checkout>
  release(): Promise<void>
}

/** Where stacks come from. */
export interface RepositorySource<Opened extends OpenedRepository> {
  readonly name: string
  /** Throws the errors of a checkout. */
  open(signal: AbortSignal): Promise<Opened>
  /** The stacks that it is known to have when it cannot be opened. */
  lastKnown(): Promise<Opened['stacks']>
}

/** Stacks of several repositories, each name once. */
export interface JoinedStacks {
  readonly stacks: readonly Stack[]
  readonly problems: readonly string[]
}
