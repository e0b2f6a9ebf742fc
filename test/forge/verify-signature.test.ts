import { describe, expect, it } from 'vitest'
import { parseSshSignature } from '../../src/forge/signed-files/ssh-signature.js'
import { type SignedApproval, verifySignature } from '../../src/forge/signed-files/verify-signature.js'
import { countApprovals } from '../../src/remediate/check-approvals.js'
import { buildApproval } from '../helpers/build-gate.js'
import { createApprover, signBytes } from '../helpers/signed-files-world.js'
import { tempFolder } from '../lib/temp-folder.js'

const REQUEST = Buffer.from('{\n  "id": "é"\r\n}\n')

/** What becomes of alice's signature of the request, where something is otherwise than it should be. */
function verify(
  overrides: Partial<SignedApproval> & {
    readonly namespace?: string
    readonly type?: string
    readonly allow?: (line: string) => string
  } = {},
): Promise<{ readonly fingerprint: string } | { readonly problem: string }> {
  const { namespace, type, allow = (line) => line, ...rest } = overrides
  const alice = createApprover('alice', type)
  const approval = {
    principal: 'alice',
    signature: signBytes(REQUEST, alice.keyFile, namespace),
    signed: REQUEST,
    ...rest,
  }
  const text = allow(alice.allowed)
  const principals = new Set(text.split('\n').map((line) => line.split(' ')[0] ?? ''))
  const place = { scratchFolder: tempFolder(), env: process.env, signal: new AbortController().signal }
  return verifySignature(approval, { text, principals }, place)
}

describe('a signature', () => {
  it.each(['ed25519', 'ecdsa'])(
    'counts for the bytes, purpose, name and key that it is of: %s',
    async (type) => {
      expect(await verify({ type })).toEqual({
        fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
      })
    },
  )

  it.each<[string, Parameters<typeof verify>[0], string]>([
    ['one byte more', { signed: Buffer.concat([REQUEST, Buffer.from('\n')]) }, 'does not fit'],
    ['another purpose', { namespace: 'git' }, 'signed for "git", not for driftd-approval'],
    ['a name that is not allowed', { principal: 'mallory' }, 'is no allowed signer'],
    ['a name that looks like a pattern', { principal: '*' }, 'is no allowed signer'],
    ['the key of somebody else', { allow: () => createApprover('alice').allowed }, 'does not fit'],
    [
      'a key that has ended',
      { allow: (line) => line.replace(' ', ' valid-before="20200101" ') },
      'not allowed now',
    ],
    [
      'a key for something else',
      { allow: (line) => line.replace(' ', ' namespaces="git" ') },
      'not allowed now',
    ],
    ['nothing', { signature: '' }, 'has a signature file that is none'],
    [
      'what only looks like one',
      { signature: armored(Buffer.from('SSHSIG')) },
      'has a signature file that is none',
    ],
    ['lengths that lie', { signature: armored(liar()) }, 'has a signature file that is none'],
  ])('does not count for %s', async (_, overrides, problem) => {
    expect(await verify(overrides)).toEqual({ problem: expect.stringContaining(problem) })
  })

  it('names its key as ssh-keygen does, whoever signs with it', () => {
    const { keyFile } = createApprover('alice')
    const [one, other] = ['a', 'b'].map((text) => parseSshSignature(signBytes(text, keyFile)))
    expect(one).toEqual(other)
    expect(one).toMatchObject({ namespace: 'driftd-approval', keyType: 'ssh-ed25519' })
  })

  it('counts once for one key, whatever names it signs under', () => {
    const approvals = ['alice', 'alias'].map((name) =>
      buildApproval({ identity: 'SHA256:x', name, at: null }),
    )
    const pull = { approvals, excludedIdentities: [], mergedAt: null, dropsApprovalsOnPush: false }
    const headCommit = approvals[0]?.commit ?? ''
    expect(countApprovals({ ...pull, headCommit }, 'rita', ['alice', 'alias']).counted).toHaveLength(1)
  })
})

function armored(blob: Buffer): string {
  return `-----BEGIN SSH SIGNATURE-----\n${blob.toString('base64')}\n-----END SSH SIGNATURE-----\n`
}

function liar(): Buffer {
  const blob = Buffer.alloc(40, 0xff)
  blob.write('SSHSIG')
  blob.writeUInt32BE(1, 6)
  return blob
}
