import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findProviderMirror, goPlatform } from '../../../scripts/lab/provider-mirror.js'
import { terraformConfig } from '../../../scripts/lab/terraform-config.js'

describe('findProviderMirror', () => {
  let root: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'driftd-mirror-'))
  })

  afterEach(() => rm(root, { recursive: true, force: true }))

  it('finds the newest version for this machine one folder below a root', async () => {
    await addProvider(join(root, 'plugins'), '5.9.0', goPlatform())
    await addProvider(join(root, 'plugins'), '5.100.0', goPlatform())
    await addProvider(join(root, 'plugins'), '6.0.0', 'plan9_mips')
    expect(findProviderMirror('registry.terraform.io', [root])).toEqual({
      folder: join(root, 'plugins'),
      host: 'registry.terraform.io',
      version: '5.100.0',
    })
  })

  it('takes no mirror that holds nothing for this machine, another registry or only deep folders', async () => {
    await addProvider(join(root, 'foreign'), '5.100.0', 'plan9_mips')
    await addProvider(join(root, 'a', 'b', 'c'), '5.100.0', goPlatform())
    expect(findProviderMirror('registry.terraform.io', [root, join(root, 'missing')])).toBeNull()
    await addProvider(join(root, 'plugins'), '5.100.0', goPlatform())
    expect(findProviderMirror('registry.opentofu.org', [root])).toBeNull()
  })
})

describe('terraformConfig', () => {
  it('takes the AWS provider from the mirror and everything else from the registry', () => {
    const config = terraformConfig([
      { folder: '/a "mirror"', host: 'registry.terraform.io', version: '5.100.0' },
    ])
    expect(config).toContain('path    = "/a \\"mirror\\""')
    expect(config).toContain('include = ["registry.terraform.io/hashicorp/aws"]')
    expect(config).toContain('exclude = ["registry.terraform.io/hashicorp/aws"]')
  })

  it('uses the registry alone where there is no mirror', () => {
    expect(terraformConfig([])).not.toContain('filesystem_mirror')
    expect(terraformConfig([])).toContain('exclude = []')
  })
})

async function addProvider(mirror: string, version: string, platform: string): Promise<void> {
  const folder = join(mirror, 'registry.terraform.io', 'hashicorp', 'aws', version, platform)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `terraform-provider-aws_v${version}_x5`), '')
}
