import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { chmod, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { createTerraformStack, fingerprintFolder, type TestStack } from '../../helpers/terraform-stack.js'

const ONE = 'resource "terraform_data" "one" {\n  input = terraform.workspace\n}\n'

let stack: TestStack
afterEach(() => stack.close())

async function applied(files: Readonly<Record<string, string>>): Promise<void> {
  stack = await createTerraformStack(files)
  await stack.terraform('init', '-input=false')
  await stack.terraform('apply', '-auto-approve', '-input=false')
}

function kinds(detection: { readonly findings: readonly { readonly kind: string }[] }): readonly string[] {
  return detection.findings.map((finding) => finding.kind).filter((kind) => kind !== 'informational')
}

describe('workspaces', () => {
  async function appliedInBlue(): Promise<void> {
    stack = await createTerraformStack({ 'main.tf': ONE })
    await stack.terraform('init', '-input=false')
    await stack.terraform('workspace', 'new', 'blue')
    await stack.terraform('apply', '-auto-approve', '-input=false')
  }

  it('takes the workspace that the folder itself has chosen', async () => {
    await appliedInBlue()
    expect(kinds(await stack.detect())).toEqual([])
  })

  it('takes the workspace that is named instead', async () => {
    await appliedInBlue()
    const detection = await stack.detect({ options: { workspace: 'default' } })
    expect(kinds(detection)).toEqual(['pending'])
    expect(detection.warnings).toMatchObject([{ code: 'NO_STATE' }])
  })

  it('takes TF_WORKSPACE where nothing is named', async () => {
    await appliedInBlue()
    await stack.terraform('workspace', 'select', 'default')
    expect(kinds(await stack.detect({ env: { ...stack.env, TF_WORKSPACE: 'blue' } }))).toEqual([])
    expect(kinds(await stack.detect())).toEqual(['pending'])
  })

  it('fails for a workspace that does not exist, and makes none', async () => {
    await applied({ 'main.tf': ONE })
    const before = await fingerprintFolder(stack.folder)
    await expect(stack.detect({ options: { workspace: 'bleu' } })).rejects.toMatchObject({
      code: 'WORKSPACE_NOT_FOUND',
      message: expect.stringContaining('bleu'),
    })
    await expect(stack.detect({ env: { ...stack.env, TF_WORKSPACE: 'bleu' } })).rejects.toMatchObject({
      code: 'WORKSPACE_NOT_FOUND',
    })
    expect(await fingerprintFolder(stack.folder)).toBe(before)
  })

  it('asks a backend that is not local for the workspace', async () => {
    stack = await createTerraformStack({ 'main.tf': ONE })
    const states = await serveState()
    try {
      await stack.write({ 'backend.tf': httpBackend(states.url) })
      // the http backend knows no workspaces at all
      await expect(stack.detect({ options: { workspace: 'blue' } })).rejects.toMatchObject({
        code: expect.stringMatching(/^(WORKSPACE_NOT_FOUND|BACKEND_UNREACHABLE)$/),
      })
      expect(states.writes).toBe(0)
    } finally {
      states.server.close()
    }
  })
})

describe('backends', () => {
  it('uses the backend settings that the folder itself was initialised with', async () => {
    stack = await createTerraformStack({ 'main.tf': `terraform {\n  backend "local" {}\n}\n${ONE}` })
    await stack.terraform('init', '-input=false', '-backend-config=path=elsewhere/prod.tfstate')
    await stack.terraform('apply', '-auto-approve', '-input=false')
    const before = await fingerprintFolder(stack.folder)
    const detection = await stack.detect()
    expect(kinds(detection)).toEqual([])
    expect(detection.warnings).toEqual([])
    expect(await fingerprintFolder(stack.folder)).toBe(before)
  })

  it('uses the settings that are given instead, as a file or as key=value', async () => {
    stack = await createTerraformStack({
      'main.tf': `terraform {\n  backend "local" {}\n}\n${ONE}`,
      'prod.backend': 'path = "prod.tfstate"\n',
    })
    await stack.terraform('init', '-input=false', '-backend-config=path=prod.tfstate')
    await stack.terraform('apply', '-auto-approve', '-input=false')
    await rm(join(stack.folder, '.terraform'), { recursive: true })
    expect(kinds(await stack.detect({ options: { backendConfig: ['prod.backend'] } }))).toEqual([])
    expect(kinds(await stack.detect({ options: { backendConfig: ['path=prod.tfstate'] } }))).toEqual([])
    expect(kinds(await stack.detect({ options: { backendConfig: ['path=other.tfstate'] } }))).toEqual([
      'pending',
    ])
  })

  it('never moves a state from one backend to another', async () => {
    stack = await createTerraformStack({ 'main.tf': `terraform {\n  backend "local" {}\n}\n${ONE}` })
    await stack.terraform('init', '-input=false', '-backend-config=path=a.tfstate')
    await stack.terraform('apply', '-auto-approve', '-input=false')
    await rm(join(stack.folder, '.terraform'), { recursive: true })
    await stack.detect({ options: { backendConfig: ['path=a.tfstate'] } })
    const before = await fingerprintFolder(stack.folder)
    await stack.detect({ options: { backendConfig: ['path=b.tfstate'] } })
    expect(await fingerprintFolder(stack.folder)).toBe(before)
  })

  it('refuses a state beside the code in a checkout, but reads one at an absolute path', async () => {
    stack = await createTerraformStack({ 'main.tf': ONE })
    const checkout = { root: stack.folder, commit: 'abc', mode: 'worktree' } as const
    await expect(stack.detect({ checkout })).rejects.toMatchObject({ code: 'LOCAL_STATE_IN_CHECKOUT' })
    const path = join(stack.folder, '..', 'state.tfstate')
    await stack.write({ 'backend.tf': `terraform {\n  backend "local" {\n    path = "${path}"\n  }\n}\n` })
    await stack.terraform('init', '-input=false')
    await stack.terraform('apply', '-auto-approve', '-input=false')
    await rm(join(stack.folder, '.terraform'), { recursive: true, force: true })
    expect(kinds(await stack.detect({ checkout }))).toEqual([])
  })

  it('reads a state over HTTP without locking or writing it', async () => {
    stack = await createTerraformStack({ 'main.tf': ONE })
    const states = await serveState()
    try {
      await stack.write({ 'backend.tf': httpBackend(states.url) })
      await stack.terraform('init', '-input=false')
      await stack.terraform('apply', '-auto-approve', '-input=false')
      const writes = states.writes
      expect(kinds(await stack.detect())).toEqual([])
      expect(states.writes).toBe(writes)
    } finally {
      states.server.close()
    }
  })
})

describe('a state that changes while the plan runs', () => {
  it('is planned again', async () => {
    await applied({ 'main.tf': ONE })
    const path = join(stack.folder, 'terraform.tfstate')
    const state = JSON.parse(await readFile(path, 'utf8'))
    let planned = 0
    const onPhase = (phase: string): void => {
      if (phase !== 'show' || ++planned > 1) return
      writeState(path, { ...state, serial: state.serial + 1 })
    }
    expect(kinds(await stack.detect({ onPhase }))).toEqual([])
    expect(planned).toBe(2)
  })

  it('fails as STATE_BUSY where it changes again', async () => {
    await applied({ 'main.tf': ONE })
    const path = join(stack.folder, 'terraform.tfstate')
    const state = JSON.parse(await readFile(path, 'utf8'))
    let serial = state.serial
    const onPhase = (phase: string): void => {
      if (phase === 'show') writeState(path, { ...state, serial: ++serial })
    }
    await expect(stack.detect({ onPhase })).rejects.toMatchObject({ code: 'STATE_BUSY' })
  })
})

describe('folders that may not be written', () => {
  it('scans a folder that is read-only', async () => {
    await applied({ 'main.tf': ONE })
    await chmod(stack.folder, 0o500)
    expect(kinds(await stack.detect())).toEqual([])
  })
})

describe('init', () => {
  async function phasesOfInit(): Promise<boolean> {
    const stamp = join(stack.dataFolder, 'init.json')
    const before = await readFile(stamp, 'utf8').catch(() => '')
    await stack.detect()
    return (await readFile(stamp, 'utf8')) !== before
  }

  it('runs at the first scan, and again only where something it depends on has changed', async () => {
    await applied({ 'main.tf': ONE })
    expect(await phasesOfInit()).toBe(true)
    expect(await phasesOfInit()).toBe(false)
    await stack.write({ 'main.tf': `# a comment is no reason\n${ONE}` })
    expect(await phasesOfInit()).toBe(false)
    await stack.write({
      'm/main.tf': 'output "x" {\n  value = 1\n}\n',
      'call.tf': 'module "m" {\n  source = "./m"\n}\n',
    })
    expect(await phasesOfInit()).toBe(true)
  })

  it('fetches a module from a branch again at another commit of the stack', async () => {
    stack = await createTerraformStack({ 'module/main.tf': 'resource "terraform_data" "first" {}\n' })
    const git = (...args: readonly string[]) =>
      promisify(execFile)('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: join(stack.folder, 'module'),
      })
    await git('init', '-q')
    await git('add', '.')
    await git('commit', '-q', '-m', 'first')
    await stack.write({
      'live/main.tf': `module "m" {\n  source = "git::file://${stack.folder}/module"\n}\n`,
    })
    const scanAt = async (commit: string) => {
      const checkout = { root: stack.folder, commit, mode: 'in-place' } as const
      const { findings } = await stack.detect({ path: 'live', checkout })
      return findings.map((finding) => [finding.address, finding.source?.file, finding.source?.line])
    }
    const first = ['module.m.terraform_data.first', 'live/main.tf', 1]
    expect(await scanAt('a')).toEqual([first])
    await stack.write({ 'module/more.tf': 'resource "terraform_data" "second" {}\n' })
    await git('add', '.')
    await git('commit', '-q', '-m', 'second')
    expect(await scanAt('a')).toEqual([first])
    expect(await scanAt('b')).toEqual([first, ['module.m.terraform_data.second', 'live/main.tf', 1]])
  })

  it('repairs a data folder that somebody emptied', async () => {
    await applied({ 'm/main.tf': ONE, 'main.tf': 'module "m" {\n  source = "./m"\n}\n' })
    await stack.detect()
    await rm(join(stack.dataFolder, 'terraform'), { recursive: true })
    expect(kinds(await stack.detect())).toEqual([])
  })
})

function writeState(path: string, state: unknown): void {
  // at once: the scan compares right after the phase it announced
  writeFileSync(path, JSON.stringify(state))
}

function httpBackend(url: string): string {
  return `terraform {\n  backend "http" {\n    address = "${url}"\n    retry_max = 0\n  }\n}\n`
}

interface StateServer {
  readonly server: Server
  readonly url: string
  readonly writes: number
}

/** A state store over HTTP that counts what is written. */
async function serveState(): Promise<StateServer> {
  let body: string | null = null
  let writes = 0
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.statusCode = body === null ? 404 : 200
      response.end(body ?? '')
      return
    }
    writes++
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      body = Buffer.concat(chunks).toString('utf8')
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    server,
    url: `http://127.0.0.1:${port}/state`,
    get writes() {
      return writes
    },
  }
}
