import { DriftError } from '../domain/errors.js'
import type { ScanWarning } from '../domain/scan.js'
import type { OpenCheckout, Repository } from './repository.js'

/** A checkout, and what every scan of it has to say. */
export interface NoticedCheckout {
  readonly checkout: OpenCheckout
  readonly notices: readonly ScanWarning[]
}

/**
 * The newest commit that counts. While the remote is gone, the last commit that was fetched is what reality is compared
 * with, and every scan says so (fault 38). Throws as `Repository.checkout`.
 */
export async function openNewestOrLast(git: Repository, signal: AbortSignal): Promise<NoticedCheckout> {
  try {
    const checkout = await git.checkout({ signal })
    return { checkout, notices: checkout.unsigned === null ? [] : [unsignedNotice(checkout)] }
  } catch (error) {
    if (!(error instanceof DriftError) || error.code !== 'REPOSITORY_UNREACHABLE') throw error
    const checkout = await git.checkout({ signal, offline: true }).catch(() => Promise.reject(error))
    const message = `compared with commit ${checkout.commit}, the last one that was fetched: ${error.message}`
    return { checkout, notices: [{ code: error.code, message }] }
  }
}

function unsignedNotice({ commit, unsigned }: OpenCheckout): ScanWarning {
  const message = `compared with commit ${commit}, the last one that is signed: commit ${unsigned?.tip} ${unsigned?.problem}`
  return { code: 'COMMIT_UNSIGNED', message }
}
