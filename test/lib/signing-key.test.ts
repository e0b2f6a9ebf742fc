import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadSigningKey } from '../../src/lib/signing-key.js'
import { tempFolder } from './temp-folder.js'

describe('loadSigningKey', () => {
  it('makes a private Ed25519 key at first use, whose public half others can verify with', async () => {
    const path = join(tempFolder(), 'signing-key')
    const first = await loadSigningKey({ path, expectedKeyId: null })
    const again = await loadSigningKey({ path, expectedKeyId: first.keyId })
    expect(again.publicKey).toBe(first.publicKey)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const signature = first.sign('hello')
    expect(again.verify('hello', signature)).toBe(true)
    expect(again.verify('hello!', signature)).toBe(false)
    expect(again.verify('hello', 'AAAA')).toBe(false)
    const publicKey = createPublicKey(first.publicKey)
    expect(verify(null, Buffer.from('hello'), publicKey, Buffer.from(signature, 'base64'))).toBe(true)
    expect(readFileSync(path, 'utf8')).not.toContain(first.keyId)
  })

  it('is never made anew where one is expected', async () => {
    const path = join(tempFolder(), 'signing-key')
    const { keyId } = await loadSigningKey({ path, expectedKeyId: null })
    rmSync(path)
    await expect(loadSigningKey({ path, expectedKeyId: keyId })).rejects.toMatchObject({
      code: 'KEY_MISSING',
    })
    await loadSigningKey({ path, expectedKeyId: null })
    await expect(loadSigningKey({ path, expectedKeyId: keyId })).rejects.toMatchObject({
      code: 'KEY_MISSING',
    })
  })

  it('refuses a key that others may read, and one of another sort', async () => {
    const path = join(tempFolder(), 'signing-key')
    await loadSigningKey({ path, expectedKeyId: null })
    chmodSync(path, 0o644)
    await expect(loadSigningKey({ path, expectedKeyId: null })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const rsa = join(tempFolder(), 'rsa')
    writeFileSync(rsa, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    await expect(loadSigningKey({ path: rsa, expectedKeyId: null })).rejects.toMatchObject({
      code: 'KEY_MISSING',
    })
  })
})
