import { createHash } from 'node:crypto'
import type { MergedPullRequest } from '../forge/forge.js'
import type { GateBundle } from './gate-bundle.js'
import { type Finding, failed, failedForNow, passed, unknown } from './gate-result.js'

const AGAIN = 'driftd remediate STACK --again makes a new request, in a pull request of its own'
const PRINCIPAL = /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/

/** T11: the tracked branch only ever grew, and still holds the commit that the plan was made at. */
export function checkHistory({ history, target }: Pick<GateBundle, 'history' | 'target'>): Finding {
  const { tip, rewritten, hasBase } = history
  if (rewritten !== null)
    return failedForNow(
      `the branch was rewritten at ${rewritten.at}: ${rewritten.to} does not follow ${rewritten.from}`,
      `look at who rewrote it, then: driftd unfreeze ${target.repository}`,
    )
  if (hasBase === null)
    return unknown('the history of the tracked branch could not be read', 'run the same command again')
  return hasBase
    ? passed(`${tip} follows from the commit of the request`)
    : failed(`the commit that the request was made at is not in ${tip}`, AGAIN)
}

/** T16: the forge said everything that was asked. */
export function checkForgeAnswer({ forge, forgeProblem }: GateBundle): Finding {
  return forge === null
    ? unknown(`the forge did not answer: ${forgeProblem ?? 'it was not asked'}`, 'run the same command again')
    : passed('the forge answered every question')
}

/** T8, T12: it came by the one pull request that driftd opened, from this repository, into the tracked branch. */
export function checkPullRequest({ forge, ledger, target }: GateBundle): Finding {
  const found = forge?.pullRequests ?? []
  const [pull] = found
  if (pull === undefined || found.length !== 1)
    return failed(`${found.length} pull requests brought the file, not one`, AGAIN)
  const own = ledger.request?.pullRequest ?? null
  if (own === null || own.id !== pull.pullRequest.id)
    return failed(`it came by ${pull.pullRequest.id}, which driftd did not open`, AGAIN)
  if (pull.isFromFork || !pull.isSameRepository) return failed('it came from another repository', AGAIN)
  if (pull.baseBranch !== target.baseBranch)
    return failed(`it was merged into ${pull.baseBranch}, not ${target.baseBranch}`, AGAIN)
  if (!pull.isMerged) return failed(`${pull.pullRequest.id} is not merged`, 'merge it')
  return passed(`it came by ${pull.pullRequest.id} alone`)
}

/** T7, T13: nothing but the request, and signatures of it, came along. */
export function checkFiles(pull: MergedPullRequest, { file }: GateBundle): Finding {
  const isSignature = (path: string): boolean =>
    path.startsWith(`${file.path}.`) &&
    path.endsWith('.sig') &&
    PRINCIPAL.test(path.slice(file.path.length + 1, -'.sig'.length))
  const others = pull.files.filter(({ path }) => !pull.approvalFiles.includes(path))
  const odd = pull.approvalFiles.find((path) => !isSignature(path))
  if (odd !== undefined) return failed(`${odd} is no signature of the request`, AGAIN)
  const [only] = others
  if (only !== undefined && others.length === 1 && only.path === file.path && only.status === 'added')
    return passed(`it brought ${file.path} and nothing else`)
  const names = others.map(({ path, status }) => `${path} (${status})`).slice(0, 5)
  return failed(`it brought ${names.join(', ') || 'no request'}, not ${file.path} alone`, AGAIN)
}

/** T4, T14: one blob at the pull request's head, on the tracked branch, and in hand. */
export function checkBytes(pull: MergedPullRequest, { file }: GateBundle): Finding {
  const inHand = file.text === null ? null : blobIdOf(file.text, file.blob?.length === 64)
  return inHand !== null && inHand === file.blob && inHand === pull.blobAtHead
    ? passed(`blob ${inHand} at the head of the pull request, on the branch and in hand`)
    : failed(
        `blobs differ: ${pull.blobAtHead} at the head of the pull request, ${file.blob} on the branch, ${inHand} in hand`,
        AGAIN,
      )
}

/** T4: who pushed last is known: driftd, somebody who updated the branch from its base, or a person who then does not count. */
export function checkHead(pull: MergedPullRequest, { ledger }: GateBundle): Finding {
  const pushed = ledger.request?.pullRequest?.pushedCommit ?? null
  if (pushed === null || pull.pullRequest.pushedCommit !== pushed)
    return failed('the commit that driftd pushed is not that of the pull request', AGAIN)
  if (pull.headCommit === pushed) return passed('its head is the commit that driftd pushed')
  if (pull.isHeadTrusted) return passed(`its head ${pull.headCommit} adds nothing that needs trust`)
  if (pull.lastPusher !== null && pull.excludedIdentities.includes(pull.lastPusher))
    return passed(`its head ${pull.headCommit} was pushed by ${pull.lastPusher}, who does not count`)
  return failed(`it is not known who pushed its head ${pull.headCommit}`, AGAIN)
}

/** Git's name of some bytes. */
function blobIdOf(text: string, isSha256: boolean): string {
  const bytes = Buffer.from(text)
  return createHash(isSha256 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex')
}
