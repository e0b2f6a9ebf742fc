import { type DriftError, toDriftError } from '../domain/errors.js'
import type { OpenedRepository, RepositorySource } from './repository-source.js'
import type { ScanJob } from './scan-job.js'

/** An opened repository, or what is known of one that could not be opened. */
export type MaybeOpened<Opened extends OpenedRepository> =
  | { readonly failure: null; readonly repository: Opened }
  | { readonly failure: DriftError; readonly name: string; readonly stacks: Opened['stacks'] }

/** Opens a repository. Never throws for what Git or the repository does. */
export async function openSource<Opened extends OpenedRepository>(
  source: RepositorySource<Opened>,
  signal: AbortSignal,
): Promise<MaybeOpened<Opened>> {
  try {
    return { failure: null, repository: await source.open(signal) }
  } catch (error) {
    return { failure: toDriftError(error), name: source.name, stacks: await source.lastKnown() }
  }
}

/** A stack of a repository, ready to be scanned. */
export interface RepositoryJob extends Omit<ScanJob, 'signal'> {
  /** Of a repository that could not be opened. */
  readonly isUnread: boolean
}

/** Of a repository that could not be opened, every scan fails in the checkout with the same error. */
export function jobsOf(one: MaybeOpened<OpenedRepository>): readonly RepositoryJob[] {
  if (one.failure === null) {
    const { repository } = one
    return repository.stacks.map((configured) => ({
      ...configured,
      openCheckout: () => repository.checkoutOf(configured.stack),
      isUnread: false,
    }))
  }
  const openCheckout = (): Promise<never> => Promise.reject(one.failure)
  return one.stacks.map((configured) => ({ ...configured, openCheckout, isUnread: true }))
}
