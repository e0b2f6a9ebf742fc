import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeScratchFolder } from '../../lib/private-folder.js'
import { runCommand } from '../../lib/run-command.js'
import { type AllowedSigners, PRINCIPAL } from './allowed-signers.js'
import { parseSshSignature } from './ssh-signature.js'

/** What an approval is signed for: a signature for Git, or for another request's system, is none. */
export const APPROVAL_NAMESPACE = 'driftd-approval'

/** A signature and what it is said to be of. */
export interface SignedApproval {
  readonly principal: string
  /** The text of the `.sig` file. */
  readonly signature: string
  /** The exact bytes of the request's file. */
  readonly signed: Buffer
}

/** Where ssh-keygen runs. */
export interface VerifyPlace {
  readonly scratchFolder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

const TIMEOUT_MS = 30_000

/** The fingerprint of the key that made a signature, or why it does not count, in words that follow a name. */
export async function verifySignature(
  approval: SignedApproval,
  signers: AllowedSigners,
  place: VerifyPlace,
): Promise<{ readonly fingerprint: string } | { readonly problem: string }> {
  const { principal, signature } = approval
  const parsed = parseSshSignature(signature)
  if (parsed === null) return { problem: 'has a signature file that is none' }
  if (!PRINCIPAL.test(principal) || !signers.principals.has(principal))
    return { problem: 'is no allowed signer' }
  if (parsed.namespace !== APPROVAL_NAMESPACE)
    return { problem: `signed for ${JSON.stringify(parsed.namespace)}, not for ${APPROVAL_NAMESPACE}` }
  if (parsed.keyType.includes('-cert-')) return { problem: 'signed with a certificate, which does not count' }
  return (await isGood(approval, signers, place))
    ? { fingerprint: parsed.fingerprint }
    : { problem: 'has a signature that does not fit the request, or whose key is not allowed now' }
}

async function isGood(
  { principal, signature, signed }: SignedApproval,
  signers: AllowedSigners,
  { scratchFolder, env, signal }: VerifyPlace,
): Promise<boolean> {
  const scratch = await makeScratchFolder(scratchFolder)
  try {
    const allowed = join(scratch.path, 'allowed')
    const signatureFile = join(scratch.path, 'signature')
    await writeFile(allowed, signers.text)
    await writeFile(signatureFile, signature)
    const args = [
      '-Y',
      'verify',
      '-f',
      allowed,
      '-I',
      principal,
      '-n',
      APPROVAL_NAMESPACE,
      '-s',
      signatureFile,
    ]
    const outcome = await runCommand({
      command: 'ssh-keygen',
      args,
      cwd: scratch.path,
      env: { LC_ALL: 'C', ...(env.PATH === undefined ? {} : { PATH: env.PATH }) },
      stdin: signed,
      stdout: { kind: 'text' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    signal.throwIfAborted()
    return outcome.exitCode === 0
  } finally {
    await scratch.remove()
  }
}
