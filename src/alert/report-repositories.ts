import type { RepositoryObservation } from '../domain/repository-state.js'
import type { Clock } from '../lib/clock.js'
import type { AlertStore } from './alert-store.js'
import { reachableNotice, repositoryNotice } from './build/repository-notice.js'

/** Hands in what people are to be told of a repository. Throws the errors of the store. */
export type ReportRepository = (repository: string, observation: RepositoryObservation) => Promise<void>

/** Tells of rewritten history, unsigned commits, and remotes that are gone for long and come back. */
export function createRepositoryReport(
  store: Pick<AlertStore, 'notify'>,
  clock: Pick<Clock, 'now'>,
): ReportRepository {
  const goneSince = new Map<string, string>()
  return async (repository, observation) => {
    const now = clock.now().toISOString()
    const since = goneSince.get(repository)
    if (observation.status !== 'unreachable' && since !== undefined) {
      await store.notify(reachableNotice(repository, since, now))
      goneSince.delete(repository)
    }
    const notice = repositoryNotice(repository, observation, now)
    if (notice === null) return
    await store.notify(notice)
    if (observation.status === 'unreachable') goneSince.set(repository, observation.since)
  }
}
