import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import type { ApplyRun, Prepared } from '../../../../src/scan/provider.js'
import { createTerraformStack, type TestStack } from '../../../helpers/terraform-stack.js'

/** What is applied leaves its mark in a file, and waits there as long as `hold` exists. */
const CODE = `variable "token" {
  type      = string
  sensitive = true
  default   = "plan-canary-4711"
}
resource "terraform_data" "first" {
  input            = var.token
  triggers_replace = "v1"
  provisioner "local-exec" {
    command = "echo v1 >> done; while [ -e hold ]; do sleep 0.05; done"
  }
}
`
const WHOLE = { action: 'revert', addresses: [], hosts: [] } as const

let stack: TestStack
beforeEach(async () => {
  stack = await createTerraformStack({ 'main.tf': CODE }, { KEPT: 'yes' })
  onTestFinished(() => stack.close())
  await stack.terraform('init', '-input=false')
  await stack.terraform('apply', '-auto-approve', '-input=false')
  await stack.write({ 'main.tf': CODE.replaceAll('v1', 'v2') })
})

function run(prepared: Prepared, overrides: Partial<ApplyRun> = {}) {
  const { signal } = new AbortController()
  return prepared.apply({ env: stack.env, secrets: [], signal, onStart: async () => undefined, ...overrides })
}

function whatWasDone(): Promise<string> {
  return readFile(join(stack.folder, 'done'), 'utf8')
}

it('begins only once its process group is written down, and leaves none of it', async () => {
  const prepared = await stack.prepare(WHOLE)
  expect(prepared.proposal).toMatchObject({
    destroys: 0,
    replaces: 1,
    changes: [
      { address: 'terraform_data.first', action: 'replace', cause: 'pending', isIrreversible: false },
    ],
  })
  let processGroup = 0
  const onStart = async (pid: number): Promise<void> => {
    processGroup = pid
    expect(existsSync(`/proc/${pid}`)).toBe(true)
    expect(await whatWasDone()).toBe('v1\n')
  }
  expect(await run(prepared, { onStart })).toMatchObject({
    status: 'applied',
    changed: [{ address: 'terraform_data.first', host: null }, { address: 'terraform_data.first' }],
  })
  expect(await whatWasDone()).toBe('v1\nv2\n')
  expect(existsSync(`/proc/${processGroup}`)).toBe(false)
  expect((await stack.prepare(WHOLE)).proposal.changes).toEqual([])
})

it('changes nothing where its beginning could not be written down', async () => {
  const prepared = await stack.prepare(WHOLE)
  const onStart = (): Promise<never> => Promise.reject(new Error('the disk is full'))
  expect(await run(prepared, { onStart })).toMatchObject({ status: 'failed', changed: [] })
  expect(await whatWasDone()).toBe('v1\n')
})

it('is refused by Terraform once the state has moved', async () => {
  const prepared = await stack.prepare(WHOLE)
  await stack.terraform('apply', '-auto-approve', '-input=false')
  const outcome = await run(prepared)
  expect(outcome).toMatchObject({ status: 'failed', changed: [] })
  expect(outcome.message).toContain('stale')
  expect(await whatWasDone()).toBe('v1\nv2\n')
})

it('is unknown when it was interrupted', async () => {
  const prepared = await stack.prepare(WHOLE)
  await writeFile(join(stack.folder, 'hold'), '')
  const controller = new AbortController()
  const running = run(prepared, { signal: controller.signal })
  await vi.waitUntil(async () => (await whatWasDone()) === 'v1\nv2\n', { timeout: 30_000 })
  controller.abort(new Error('the daemon stops'))
  expect(await running).toMatchObject({ status: 'unknown' })
})

it('gives a digest that knows actions, values, secrets and scope, and shows no secret', async () => {
  const { proposal } = await stack.prepare(WHOLE)
  const digests = new Set([proposal.digest])
  const again = await stack.prepare(WHOLE)
  expect(again.proposal.digest).toBe(proposal.digest)
  await stack.write({ 'main.tf': CODE.replaceAll('v1', 'v3') })
  digests.add((await stack.prepare(WHOLE)).proposal.digest)
  await stack.write({ 'main.tf': CODE.replaceAll('v1', 'v2').replace('4711', '4712') })
  digests.add((await stack.prepare(WHOLE)).proposal.digest)
  await stack.write({ 'more.tf': 'resource "terraform_data" "second" {}\n' })
  digests.add((await stack.prepare(WHOLE)).proposal.digest)
  const scoped = await stack.prepare({ ...WHOLE, addresses: ['terraform_data.second'] })
  expect(scoped.proposal.changes).toMatchObject([{ address: 'terraform_data.second', action: 'create' }])
  expect(scoped.proposal.warnings[0]).toContain('-target')
  digests.add(scoped.proposal.digest)
  expect(digests.size).toBe(5)
  expect(JSON.stringify([proposal, scoped.proposal])).not.toContain('plan-canary')
  expect(proposal.bindings).toMatchObject({ backend: 'local', workspace: 'default', lockFile: 'none' })
})

it('says why a stack cannot be remediated', async () => {
  await stack.write({
    'main.tf': `terraform {\n  cloud {\n    organization = "acme"\n    workspaces {\n      name = "x"\n    }\n  }\n}\n${CODE}`,
  })
  await expect(stack.prepare(WHOLE)).rejects.toMatchObject({ code: 'REMOTE_EXECUTION_UNSUPPORTED' })
  await stack.write({
    'main.tf': `terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n${CODE}`,
  })
  await expect(stack.prepare(WHOLE)).rejects.toMatchObject({ code: 'REMEDIATION_UNSUPPORTED' })
  await expect(stack.prepare({ ...WHOLE, action: 'run-playbook' })).rejects.toMatchObject({
    code: 'REMEDIATION_UNSUPPORTED',
  })
})
