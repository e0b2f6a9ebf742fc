import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EngineRequest, findEngine } from '../../../../providers/terraform/engine/engine.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftd-engine-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A program that answers `version -json` and counts how often it was asked. */
async function program(name: string, answer: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\necho "$@" >> '${folder}/asked'\ncat <<'END'\n${answer}\nEND\n`)
  await chmod(path, 0o755)
  return path
}

function request(more: Partial<EngineRequest> = {}): EngineRequest {
  const env = { PATH: `${folder}:/usr/bin:/bin` }
  return {
    engine: undefined,
    env,
    folder,
    cacheFolder: folder,
    signal: new AbortController().signal,
    ...more,
  }
}

describe('findEngine', () => {
  it('prefers terraform, and takes tofu where that is all there is', async () => {
    await program('tofu', '{"terraform_version":"1.8.0"}')
    const env = { PATH: `${folder}:/bin` }
    expect(await findEngine(request({ env }))).toMatchObject({ name: 'tofu', version: '1.8.0' })
    await program('terraform', '{"terraform_version":"1.9.0"}')
    expect(await findEngine(request({ env }))).toMatchObject({ name: 'terraform', version: '1.9.0' })
  })

  it('takes a path', async () => {
    const path = await program('my-tf', '{"terraform_version":"1.6.1"}')
    expect(await findEngine(request({ engine: path }))).toMatchObject({ path, name: 'terraform' })
  })

  it('gives ENGINE_MISSING for a name that is not on PATH and a path that is no program', async () => {
    await expect(findEngine(request({ env: { PATH: folder } }))).rejects.toMatchObject({
      code: 'ENGINE_MISSING',
    })
    await writeFile(join(folder, 'text'), '')
    await expect(findEngine(request({ engine: join(folder, 'text') }))).rejects.toMatchObject({
      code: 'ENGINE_MISSING',
    })
  })

  it.each([
    ['terraform', '1.4.7'],
    ['tofu', '1.5.9'],
  ])('gives ENGINE_TOO_OLD for %s %s', async (name, version) => {
    await program(name, `{"terraform_version":"${version}"}`)
    await expect(findEngine(request({ engine: name }))).rejects.toMatchObject({
      code: 'ENGINE_TOO_OLD',
      message: expect.stringContaining(version),
    })
  })

  it('takes a pre-release of the least version', async () => {
    await program('terraform', '{"terraform_version":"1.5.0-beta1"}')
    expect(await findEngine(request())).toMatchObject({ version: '1.5.0-beta1' })
  })

  it('gives OUTPUT_INVALID for a program that is no Terraform', async () => {
    await program('terraform', 'Terraform v0.11')
    await expect(findEngine(request())).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
  })

  it('asks a script again each time: version managers answer by folder', async () => {
    await program('terraform', '{"terraform_version":"1.9.0"}')
    await findEngine(request())
    await findEngine(request())
    expect((await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n')).toHaveLength(2)
  })

  it('asks a program once, and what takes its place anew', async () => {
    const path = join(folder, 'terraform')
    const write = async (version: string): Promise<void> => {
      // without `#!` the system runs it by the shell all the same
      const text = `echo asked >> "${folder}/asked"; echo '{"terraform_version":"${version}"}'\n`
      await writeFile(path, text, { mode: 0o755 })
    }
    await write('1.9.0')
    expect(await findEngine(request())).toMatchObject({ version: '1.9.0' })
    expect(await findEngine(request())).toMatchObject({ version: '1.9.0' })
    expect((await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n')).toHaveLength(1)
    await write('1.10.0')
    expect(await findEngine(request())).toMatchObject({ version: '1.10.0' })
  })
})
