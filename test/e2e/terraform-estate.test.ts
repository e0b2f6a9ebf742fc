import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from '../../scripts/lab/run-program.js'
import { isDrift } from '../../src/domain/record.js'
import type { Scan } from '../../src/domain/scan.js'
import { canariesIn } from '../helpers/canaries.js'
import { CODE_CHANGES, combine } from '../helpers/code-changes.js'
import { EDITS, makeEdits } from '../helpers/edits.js'
import { type Estate, openEstate } from '../helpers/estate.js'
import { digestFolder, readEveryFile } from '../helpers/folder-digest.js'
import { runCli } from '../helpers/run-cli.js'
import { type Report, terradiff } from '../helpers/scan-document.js'
import { summarizeExpected, summarizeRecords } from '../helpers/summarize-records.js'

const EDITED = EDITS.flatMap((edit) => edit.expected)
/** A scan takes 5 s of CPU on an idle machine; this is for one that is not. */
const SCAN_TIMEOUT_MS = 300_000

/**
 * One world, in order: as applied, with the next version of the code, edited, edited with the next version of the code.
 * The real Terraform with the real AWS provider against an AWS API emulator.
 */
describe('the truth estate', { timeout: SCAN_TIMEOUT_MS }, () => {
  let estate: Estate
  /** Everything that a command printed, for the sweep. */
  const printed: string[] = []

  beforeAll(async () => {
    estate = await openEstate()
  }, 600_000)
  afterAll(async () => {
    await estate?.close()
  })

  async function scan(folder: string, ...args: string[]): Promise<Report & { scan: Scan }> {
    const report = await terradiff([folder, ...args], { cwd: estate.folder, env: estate.env })
    printed.push(report.outcome.stdout, report.outcome.stderr)
    return report
  }

  it('is large enough to mean something', async () => {
    const state = JSON.parse(await readFile(join(estate.v1, 'terraform.tfstate'), 'utf8'))
    const managed = state.resources.filter((resource: { mode: string }) => resource.mode === 'managed')
    const services = new Set(managed.map(({ type }: { type: string }) => type.split('_')[1]))
    expect(managed.length).toBeGreaterThanOrEqual(40)
    expect(services.size).toBeGreaterThanOrEqual(12)
    expect(EDITS.length).toBeGreaterThanOrEqual(30)
  })

  it('is in sync just after apply: nothing but informational records, every resource verified', async () => {
    const before = await digestFolder(estate.v1)
    const { outcome, scan: clean } = await scan(estate.v1)
    expect(summarizeRecords(clean.records)).toEqual([])
    expect({ status: clean.status, exitCode: outcome.exitCode, error: clean.error }).toEqual({
      status: 'in-sync',
      exitCode: 0,
      error: null,
    })
    const { verified, applicable, unverified } = clean.coverage
    expect(verified).toBe(applicable)
    expect(applicable).toBe(await countManaged(estate.v1))
    expect(unverified).toEqual([])
    expect(await digestFolder(estate.v1)).toEqual(before)
  })

  it('reports changes of the code alone as pending, and none of them as drift', async () => {
    const { outcome, scan: pending } = await scan(estate.v2)
    expect(summarizeRecords(pending.records)).toEqual(summarizeExpected(CODE_CHANGES))
    expect({ status: pending.status, exitCode: outcome.exitCode }).toEqual({ status: 'pending', exitCode: 0 })
    const causes = new Set(
      driftless(pending).flatMap((record) => record.changes.map((change) => change.cause)),
    )
    expect([...causes]).toEqual(['code'])
  })

  describe('after edits behind the code', () => {
    let edited: Report & { scan: Scan }

    beforeAll(async () => {
      await makeEdits(EDITS, estate.world)
      edited = await scan(estate.v1)
    }, SCAN_TIMEOUT_MS)

    it('names each of them and nothing else', () => {
      expect(summarizeRecords(edited.scan.records)).toEqual(summarizeExpected(EDITED))
      expect({ status: edited.scan.status, exitCode: edited.outcome.exitCode }).toEqual({
        status: 'drifted',
        exitCode: 2,
      })
    })

    it('says of each where it stands in the code, and what made it differ', () => {
      const drifted = edited.scan.records.filter(
        (record) => record.kind === 'changed' || record.kind === 'deleted',
      )
      expect(drifted.filter((record) => record.source === null).map((record) => record.address)).toEqual([])
      const causes = new Set(drifted.flatMap((record) => record.changes.map((change) => change.cause)))
      expect([...causes]).toEqual(['outside'])
    })

    it('finds the same in a second scan', async () => {
      const again = await scan(estate.v1)
      expect(again.scan.records).toEqual(edited.scan.records)
    })

    it('gives the same verdict on a plan made elsewhere, with the schema at hand', async () => {
      const { plan, schema } = await planByHand(estate)
      const given = await scan(estate.v1, '--plan-json', plan, '--schema-json', schema)
      expect(withoutSources(given.scan)).toEqual(withoutSources(edited.scan))
      expect(given.outcome.exitCode).toBe(2)
    })

    it('finds the schema of such a plan in the cache that a scan has left', async () => {
      const given = await scan(estate.v1, '--plan-json', join(estate.folder, 'plan.json'))
      expect(given.scan.warnings).toEqual([])
      expect(withoutSources(given.scan)).toEqual(withoutSources(edited.scan))
    })

    it('says so when there is no schema of such a plan, and hides no drift', async () => {
      const env = { ...estate.env, XDG_CACHE_HOME: join(estate.folder, 'empty-cache') }
      const args = [estate.v1, '--plan-json', join(estate.folder, 'plan.json')]
      const given = await terradiff(args, { cwd: estate.folder, env })
      printed.push(given.outcome.stdout, given.outcome.stderr)
      expect(given.scan.warnings.map((warning) => warning.code)).toContain('SCHEMA_UNAVAILABLE')
      const drifted = given.scan.records.filter(isDrift).map((record) => record.address)
      expect(EDITED.map(({ address }) => address).filter((address) => !drifted.includes(address))).toEqual([])
    })

    it('tells edits from code where both changed, and calls it a conflict where they meet', async () => {
      const { outcome, scan: both } = await scan(estate.v2)
      expect(summarizeRecords(both.records)).toEqual(summarizeExpected(combine(EDITED, CODE_CHANGES)))
      expect(outcome.exitCode).toBe(2)
      const vpc = both.records.find((record) => record.address === 'aws_vpc.main')
      expect(vpc?.changes).toEqual([
        expect.objectContaining({
          path: ['enable_dns_support'],
          cause: 'outside',
          declared: true,
          actual: false,
        }),
        expect.objectContaining({
          path: ['tags', 'Name'],
          cause: 'both',
          declared: 'main-network',
          actual: 'prod',
          recorded: 'main',
        }),
      ])
    })

    it('prints a report for people', async () => {
      const args = [
        '--plan-json',
        join(estate.folder, 'plan.json'),
        '--schema-json',
        join(estate.folder, 'schema.json'),
      ]
      const outcome = await runCli({
        command: 'terradiff',
        args: [estate.v1, ...args],
        cwd: estate.folder,
        env: estate.env,
      })
      printed.push(outcome.stdout, outcome.stderr)
      expect(outcome.exitCode).toBe(2)
      for (const { address } of EDITED) expect(outcome.stdout).toContain(address)
    })

    it('shows that a secret changed, but neither value', () => {
      const password = edited.scan.records.find((it) => it.address === 'aws_ssm_parameter.database_password')
      const value = password?.changes.find((change) => change.path[0] === 'value')
      expect(value).toEqual({ path: ['value'], cause: 'outside', sensitive: true })
    })
  })

  it('lets no secret out: not printed, not in a file left behind', async () => {
    const plan = await readFile(join(estate.folder, 'plan.json'))
    expect(canariesIn(plan).length).toBeGreaterThanOrEqual(4)
    expect(printed.flatMap(canariesIn)).toEqual([])
    const files = await readEveryFile(estate.home)
    expect(files.length).toBeGreaterThan(0)
    expect(files.filter(({ bytes }) => canariesIn(bytes).length > 0).map(({ path }) => path)).toEqual([])
    const isArchive = (bytes: Buffer): boolean => bytes.subarray(0, 2).toString('latin1') === 'PK'
    expect(files.filter(({ bytes }) => isArchive(bytes)).map(({ path }) => path)).toEqual([])
  })
})

function driftless(scan: Scan): Scan['records'] {
  return scan.records.filter((record) => record.kind === 'pending')
}

async function countManaged(folder: string): Promise<number> {
  const state = JSON.parse(await readFile(join(folder, 'terraform.tfstate'), 'utf8'))
  const managed = state.resources.filter((resource: { mode: string }) => resource.mode === 'managed')
  return managed.reduce((sum: number, { instances }: { instances: unknown[] }) => sum + instances.length, 0)
}

/** Where a block stands is not in a plan. */
function withoutSources(scan: Scan): unknown {
  return { ...scan, records: scan.records.map((record) => ({ ...record, source: null })), ...VOLATILE }
}

const VOLATILE = { id: '', startedAt: '', durationMs: 0, phases: [], warnings: [] }

/** `terraform plan`, `show -json` and `providers schema -json`, as a user's pipeline would. */
async function planByHand(estate: Estate): Promise<{ readonly plan: string; readonly schema: string }> {
  const [binary, plan, schema] = ['plan.bin', 'plan.json', 'schema.json'].map((name) =>
    join(estate.folder, name),
  ) as [string, string, string]
  const terraform = (...args: readonly string[]) =>
    runProgram({
      command: 'terraform',
      args,
      cwd: estate.v1,
      env: estate.env,
      accepted: [0, 2],
      signal: AbortSignal.timeout(SCAN_TIMEOUT_MS),
    })
  await terraform('plan', '-lock=false', '-input=false', `-out=${binary}`)
  await writeFile(plan, (await terraform('show', '-json', binary)).stdout)
  await writeFile(schema, (await terraform('providers', 'schema', '-json')).stdout)
  return { plan, schema }
}
