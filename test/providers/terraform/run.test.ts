import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createTerraformStack, fingerprintFolder, type TestStack } from '../../helpers/terraform-stack.js'

const ONE_RESOURCE = 'resource "terraform_data" "one" {\n  input = "first"\n}\n'

let stack: TestStack
afterEach(() => stack.close())

async function applied(files: Readonly<Record<string, string>>): Promise<TestStack> {
  stack = await createTerraformStack(files)
  await stack.terraform('init', '-input=false')
  await stack.terraform('apply', '-auto-approve', '-input=false')
  return stack
}

describe('detectDrift', () => {
  it('finds nothing where the code is applied', async () => {
    await applied({ 'main.tf': ONE_RESOURCE })
    const detection = await stack.detect()
    expect(detection.findings).toEqual([])
    expect(detection.coverage).toMatchObject({ verified: 1, applicable: 1 })
    expect(detection.warnings).toEqual([])
  })

  it('leaves every byte of a folder in place as it was', async () => {
    await applied({ 'main.tf': ONE_RESOURCE })
    const before = await fingerprintFolder(stack.folder)
    await stack.detect()
    await stack.detect()
    expect(await fingerprintFolder(stack.folder)).toBe(before)
  })

  it('reports code that was never applied as pending, with the line of its block', async () => {
    await applied({ 'main.tf': ONE_RESOURCE })
    await stack.write({ 'more.tf': '# a comment\n\nresource "terraform_data" "two" {}\n' })
    const { findings } = await stack.detect()
    expect(findings).toMatchObject([
      {
        kind: 'pending',
        action: 'create',
        address: 'terraform_data.two',
        source: { file: 'more.tf', line: 3 },
      },
    ])
  })

  it('says that there is no state, and calls all code pending, at a first scan', async () => {
    stack = await createTerraformStack({ 'main.tf': ONE_RESOURCE })
    const detection = await stack.detect()
    expect(detection.findings).toMatchObject([{ kind: 'pending', address: 'terraform_data.one' }])
    expect(detection.warnings.map((warning) => warning.code)).toEqual(['NO_STATE'])
    expect(detection.nextBaseline).toBeNull()
  })

  it('fails where the state of an earlier good scan is gone', async () => {
    await applied({ 'main.tf': ONE_RESOURCE })
    await stack.detect()
    await rm(join(stack.folder, 'terraform.tfstate'))
    await expect(stack.detect({ hasGoodScan: true })).rejects.toMatchObject({ code: 'STATE_VANISHED' })
  })

  it('knows from the baseline alone that there was a state', async () => {
    await applied({ 'main.tf': ONE_RESOURCE })
    const { nextBaseline } = await stack.detect()
    await rm(join(stack.folder, 'terraform.tfstate'))
    await rm(join(stack.dataFolder, 'state-seen'))
    expect(nextBaseline).not.toBeNull()
    await expect(stack.detect({ hasGoodScan: true, baseline: nextBaseline })).rejects.toMatchObject({
      code: 'STATE_VANISHED',
    })
  })

  it('does not take a move for drift', async () => {
    await applied({ 'main.tf': ONE_RESOURCE })
    await stack.write({
      'main.tf': `${ONE_RESOURCE.replace('"one"', '"renamed"')}moved {\n  from = terraform_data.one\n  to   = terraform_data.renamed\n}\n`,
    })
    const { findings } = await stack.detect()
    expect(findings.filter((finding) => finding.kind !== 'informational')).toEqual([])
  })

  it('reports a failing check block, which Terraform exits 0 for', async () => {
    const check =
      'check "size" {\n  assert {\n    condition     = terraform_data.one.output == "other"\n    error_message = "too small"\n  }\n}\n'
    await applied({ 'main.tf': ONE_RESOURCE + check })
    const { findings } = await stack.detect()
    expect(findings).toMatchObject([{ kind: 'check', address: 'check.size' }])
    expect((await stack.detect()).findings).toEqual(findings)
  })

  it('reports a check that fails since the last scan, though plan and state are the same', async () => {
    const check =
      'check "flag" {\n  assert {\n    condition     = fileexists("flag") && terraform_data.one.id != ""\n    error_message = "no flag"\n  }\n}\n'
    await applied({ 'main.tf': ONE_RESOURCE + check, flag: '' })
    expect((await stack.detect()).findings).toEqual([])
    await rm(join(stack.folder, 'flag'))
    expect((await stack.detect()).findings).toMatchObject([{ kind: 'check', address: 'check.flag' }])
    await stack.write({ flag: '' })
    expect((await stack.detect()).findings).toEqual([])
  })

  it('reports a failing precondition, and what the plan did not reach as unverified', async () => {
    await applied({ 'main.tf': ONE_RESOURCE })
    await stack.write({
      'main.tf':
        'variable "size" {\n  default = 1\n}\nresource "terraform_data" "one" {\n  input = "first"\n  lifecycle {\n    precondition {\n      condition     = var.size > 1\n      error_message = "too small"\n    }\n  }\n}\n',
    })
    const detection = await stack.detect()
    expect(detection.findings).toMatchObject([{ kind: 'check', address: 'terraform_data.one' }])
    expect(detection.isPartial).toBe(true)
    expect(detection.coverage.unverified).toContainEqual({
      what: 'terraform_data.one',
      reason: 'plan-stopped',
    })
  })

  it('gives variables and variable files to the plan', async () => {
    await applied({
      'main.tf':
        'variable "a" {}\nvariable "b" {}\nresource "terraform_data" "one" {\n  input = join(" ", [var.a, var.b])\n}\n',
      'terraform.tfvars': 'a = "x"\nb = "y"\n',
      'env/prod.tfvars': 'a = "prod"\n',
    })
    const { findings } = await stack.detect({ options: { varFiles: ['env/prod.tfvars'], vars: ['b=z'] } })
    const change = findings[0]?.changes.find((candidate) => candidate.path[0] === 'input')
    expect(change).toMatchObject({ declared: 'prod z', cause: 'code' })
  })

  it('leaves out the show of a plan that says what the last one said', async () => {
    await applied({ 'main.tf': ONE_RESOURCE })
    const phases: string[] = []
    const first = await stack.detect({ onPhase: (phase) => phases.push(phase) })
    const second = await stack.detect({ onPhase: (phase) => phases.push(phase) })
    expect(phases).toEqual(['init', 'plan', 'show', 'parse', 'init', 'plan'])
    expect(second).toEqual(first)
  })

  it('shows again where the state was written since', async () => {
    await applied({ 'main.tf': ONE_RESOURCE })
    await stack.detect()
    const path = join(stack.folder, 'terraform.tfstate')
    const state = JSON.parse(await readFile(path, 'utf8'))
    await stack.write({ 'terraform.tfstate': JSON.stringify({ ...state, serial: state.serial + 1 }) })
    const phases: string[] = []
    await stack.detect({ onPhase: (phase) => phases.push(phase) })
    expect(phases).toContain('show')
  })

  it('keeps secrets of the environment and of sensitive variables out of everything', async () => {
    const canary = 'canary-8f2c'
    await applied({
      'main.tf':
        'variable "token" {\n  sensitive = true\n  default   = "canary-8f2c-1"\n}\nresource "terraform_data" "one" {\n  input = var.token\n}\nresource "terraform_data" "two" {\n  input = "plain"\n}\n',
    })
    await stack.write({
      'x.tf':
        'resource "terraform_data" "three" {\n  input = join(" has ", [nonsensitive(var.token), "canary-8f2c-2"])\n}\n',
    })
    const detection = await stack.detect({
      secrets: ['canary-8f2c-2'],
      env: { ...stack.env, TF_VAR_token: 'canary-8f2c-3' },
    })
    expect(detection.findings.length).toBeGreaterThan(1)
    expect(JSON.stringify(detection)).not.toContain(canary)
    expect(await textsBelow(join(stack.folder, '..', 'data'))).not.toContain(canary)
    expect(await textsBelow(join(stack.folder, '..', 'cache'))).not.toContain(canary)
  })
})

async function textsBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const texts = await Promise.all(
    files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  )
  return texts.join('\n')
}
