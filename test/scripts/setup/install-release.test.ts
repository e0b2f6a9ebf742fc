import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installRelease } from '../../../scripts/setup/install-release.js'

const archive = buildZip([
  { name: 'LICENSE.txt', content: 'a licence' },
  { name: 'terraform', content: '#!/bin/sh\necho Terraform v0.0.1\n' },
])
const sha256 = createHash('sha256').update(archive).digest('hex')

describe('installRelease', () => {
  let server: Server
  let origin: string
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'driftd-release-'))
    server = createServer((request, response) => {
      if (request.url !== '/terraform.zip') return void response.writeHead(404).end()
      response.end(archive)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  afterEach(async () => {
    server.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('puts the program of a verified archive into the folder, executable', async () => {
    const file = await installRelease(
      { url: `${origin}/terraform.zip`, sha256, program: 'terraform' },
      folder,
    )
    expect(file).toBe(join(folder, 'terraform'))
    expect(await readFile(file, 'utf8')).toContain('Terraform v0.0.1')
    expect((await stat(file)).mode & 0o777).toBe(0o755)
    expect(await readdir(folder)).toEqual(['terraform'])
  })

  it.each([
    [
      'a wrong checksum',
      { path: '/terraform.zip', sum: '0'.repeat(64), program: 'terraform' },
      /thrown away/,
    ],
    ['a refusal', { path: '/other.zip', sum: sha256, program: 'terraform' }, /answered 404/],
    [
      'an archive without the program',
      { path: '/terraform.zip', sum: sha256, program: 'tofu' },
      /holds no tofu/,
    ],
  ])('leaves nothing behind after %s', async (_name, { path, sum, program }, message) => {
    const release = { url: origin + path, sha256: sum, program }
    await expect(installRelease(release, folder)).rejects.toThrow(message)
    expect(await readdir(folder)).toEqual([])
  })

  it('says that a server cannot be reached', async () => {
    server.close()
    const release = { url: 'http://127.0.0.1:1/terraform.zip', sha256, program: 'terraform' }
    await expect(installRelease(release, folder)).rejects.toThrow(/cannot be reached/)
  })
})

interface ZipMember {
  readonly name: string
  readonly content: string
}

/** A ZIP archive with its members stored as they are (APPNOTE.TXT 4.3). */
function buildZip(members: readonly ZipMember[]): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, content } of members) {
    const data = Buffer.from(content)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt32LE(crc32(data), 10)
    fields.writeUInt32LE(data.length, 14)
    fields.writeUInt32LE(data.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const trailer = Buffer.alloc(14)
    trailer.writeUInt32LE(offset, 10)
    central.push(Buffer.from('504b01021400', 'hex'), fields, trailer, Buffer.from(name))
    const entry = Buffer.concat([Buffer.from('504b0304', 'hex'), fields, Buffer.from(name), data])
    local.push(entry)
    offset += entry.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32BE(0x504b0506, 0)
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}
