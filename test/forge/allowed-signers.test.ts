import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readAllowedSigners } from '../../src/forge/signed-files/allowed-signers.js'
import { tempFolder } from '../lib/temp-folder.js'

function fileWith(text: string): string {
  const file = join(tempFolder(), 'allowed_signers')
  writeFileSync(file, text)
  return file
}

describe('readAllowedSigners', () => {
  it('knows every principal that a line names', async () => {
    const text =
      '# people\n\nalice,a.l@acme.io namespaces="driftd-approval" ssh-ed25519 AAAA work\n\tbob ssh-rsa BBBB\n'
    const { principals, text: kept } = await readAllowedSigners(fileWith(text))
    expect([...principals]).toEqual(['alice', 'a.l@acme.io', 'bob'])
    expect(kept).toBe(text)
  })

  it.each([
    ['a wildcard', '* ssh-ed25519 AAAA', 'line 2 has the principal "*"'],
    ['a pattern', 'alice,*@acme.io ssh-ed25519 AAAA', 'line 2 has the principal "*@acme.io"'],
    ['a one-character pattern', 'alic? ssh-ed25519 AAAA', 'line 2 has the principal "alic?"'],
    ['a negation', '!bob,alice ssh-ed25519 AAAA', 'line 2 has the principal "!bob"'],
    ['a quoted name', '"a b" ssh-ed25519 AAAA', 'line 2 has the principal "\\"a"'],
    ['an empty name', 'alice, ssh-ed25519 AAAA', 'line 2 has the principal ""'],
    ['a name that leaves its folder', '../alice ssh-ed25519 AAAA', 'line 2 has the principal'],
    [
      'a certificate authority',
      'alice Cert-Authority ssh-ed25519 AAAA',
      'line 2 trusts a certificate authority',
    ],
  ])('refuses %s', async (_, line, problem) => {
    const refused = readAllowedSigners(fileWith(`bob ssh-ed25519 AAAA\n${line}\n`))
    await expect(refused).rejects.toMatchObject({ code: 'SIGNERS_UNUSABLE' })
    await expect(refused).rejects.toThrow(problem)
  })

  it.each(['', '# nobody\n\n'])('refuses a file that names nobody: %j', async (text) => {
    await expect(readAllowedSigners(fileWith(text))).rejects.toThrow('it names nobody')
  })

  it('names a file that is not there', async () => {
    const path = join(tempFolder(), 'none')
    await expect(readAllowedSigners(path)).rejects.toThrow(
      `${path} cannot be used: it cannot be read (ENOENT)`,
    )
  })
})
