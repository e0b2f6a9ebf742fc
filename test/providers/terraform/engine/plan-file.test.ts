import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isVerdictReusable } from '../../../../providers/terraform/engine/detection-cache.js'
import type { MadePlan } from '../../../../providers/terraform/engine/plan.js'
import { parseStateIdentity, readPlanFile } from '../../../../providers/terraform/engine/plan-file.js'
import { createTerraformStack, type TestStack } from '../../../helpers/terraform-stack.js'

describe('readPlanFile', () => {
  let stack: TestStack
  beforeEach(async () => {
    stack = await createTerraformStack({ 'main.tf': 'resource "terraform_data" "one" {}\n' })
    await stack.terraform('init', '-input=false')
  })
  afterEach(() => stack.close())

  async function plan() {
    await stack.terraform('plan', '-lock=false', '-out=../plan')
    return readPlanFile(join(stack.folder, '..', 'plan'))
  }

  it('knows that there is no state', async () => {
    expect((await plan())?.state).toBeNull()
  })

  it('knows serial and lineage of the state, and is the same for the same world', async () => {
    await stack.terraform('apply', '-auto-approve')
    const first = await plan()
    expect(first?.state).toMatchObject({ serial: expect.any(Number), lineage: expect.stringMatching(/-/) })
    expect((await plan())?.digest).toBe(first?.digest)
    await stack.write({ 'main.tf': '# other code\nresource "terraform_data" "one" {}\n' })
    expect((await plan())?.digest).not.toBe(first?.digest)
  })
})

describe('readPlanFile of what is no plan', () => {
  it('gives null', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'driftd-plan-'))
    await writeFile(join(folder, 'bookmark'), '{"remote_plan_format":1}')
    expect(await readPlanFile(join(folder, 'bookmark'))).toBeNull()
    expect(await readPlanFile(join(folder, 'missing'))).toBeNull()
    await rm(folder, { recursive: true })
  })
})

describe('parseStateIdentity', () => {
  it.each(['', '{}', '{"serial": 0, "lineage": ""}', '{"serial": 3}'])('finds no state in %j', (head) => {
    expect(parseStateIdentity(head)).toBeNull()
  })
})

describe('isVerdictReusable', () => {
  const quiet = {
    uiVersion: '1.2',
    diagnostics: [],
    hasPlannedChange: false,
    hasDeferral: false,
    hasSummary: true,
    strayLines: 0,
  }
  const made = (stream: object = {}, exitCode: MadePlan['exitCode'] = 0): MadePlan => ({
    file: 'f',
    exitCode,
    stream: { ...quiet, ...stream },
  })

  it('holds for a quiet plan only', () => {
    expect(isVerdictReusable(made())).toBe(true)
    expect(isVerdictReusable(made({}, 2))).toBe(false)
    expect(isVerdictReusable(made({ hasPlannedChange: true }))).toBe(false)
    expect(isVerdictReusable(made({ hasDeferral: true }))).toBe(false)
    expect(isVerdictReusable(made({ strayLines: 1 }))).toBe(false)
    const warning = { severity: 'warning', summary: '', detail: '', file: null, line: null, address: null }
    expect(isVerdictReusable(made({ diagnostics: [warning] }))).toBe(false)
  })
})
