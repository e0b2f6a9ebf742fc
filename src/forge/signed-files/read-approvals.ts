import type { History } from '../../git/history.js'
import type { Approval } from '../forge.js'
import type { AllowedSigners } from './allowed-signers.js'
import { type VerifyPlace, verifySignature } from './verify-signature.js'

/** Where the signatures of a request stand. */
export interface ApprovalsAt {
  /** The request's file. */
  readonly path: string
  /** The commit that is looked at, and one from before there were any. */
  readonly commit: string
  readonly since: string
  /** The commit that the approvals are of. */
  readonly head: string
}

const MAX_SIGNATURES = 50
const MAX_SIGNATURE_BYTES = 16 * 1024

/** True for the files that may stand beside a request: `<request file>.<principal>.sig`. */
export function isSignatureOf(path: string, file: string): boolean {
  return file.startsWith(`${path}.`) && file.endsWith('.sig') && file.length > path.length + '..sig'.length
}

/** Every signature that stands beside a request, good or not. */
export async function readApprovals(
  { path, commit, since, head }: ApprovalsAt,
  history: History,
  { signers, place }: { readonly signers: AllowedSigners; readonly place: VerifyPlace },
): Promise<readonly Approval[]> {
  const signed = await history.readFileAt(commit, path)
  if (signed === null) return []
  const changed = await history.changedFiles(since, commit)
  const files = changed
    .filter(({ path: file, change }) => change !== 'removed' && isSignatureOf(path, file))
    .slice(0, MAX_SIGNATURES)
  return Promise.all(
    files.map(async ({ path: file }): Promise<Approval> => {
      const principal = file.slice(path.length + 1, -'.sig'.length)
      const bytes = await history.readFileAt(commit, file)
      const isText = bytes !== null && bytes.length <= MAX_SIGNATURE_BYTES
      const found = await verifySignature(
        { principal, signed, signature: isText ? bytes.toString('utf8') : '' },
        signers,
        place,
      )
      return toApproval(principal, head, found)
    }),
  )
}

function toApproval(
  name: string,
  commit: string,
  found: Awaited<ReturnType<typeof verifySignature>>,
): Approval {
  const problem = 'problem' in found ? found.problem : null
  return {
    identity: 'fingerprint' in found ? found.fingerprint : name,
    name,
    verdict: 'approved',
    commit,
    at: null,
    isPerson: true,
    mayWrite: true,
    teams: [],
    problem,
  }
}
