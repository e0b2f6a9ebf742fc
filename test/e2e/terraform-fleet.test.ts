import { readdirSync, readFileSync } from 'node:fs'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scan } from '../../src/domain/scan.js'
import { SENSITIVE_PLACEHOLDER } from '../../src/lib/redact.js'
import { createAwsClients } from '../helpers/aws-clients.js'
import { FLEET_TOKEN, type Fleet, openFleet } from '../helpers/fleet.js'
import { readEveryFile } from '../helpers/folder-digest.js'
import { type CliOutcome, type RunningCli, startCli } from '../helpers/run-cli.js'
import { parseDocument } from '../helpers/scan-document.js'

const TIMEOUT_MS = 300_000
/** Ctrl-C: the engine alone is asked first, and a plan that waits for the network ends within a second. */
const STOP_LIMIT_MS = 15_000

describe('driftd scan over a Git repository', { timeout: TIMEOUT_MS }, () => {
  let fleet: Fleet
  let outcome: CliOutcome
  let scans: ReadonlyMap<string, Scan>
  const printed: string[] = []

  function start(...args: readonly string[]): RunningCli {
    const running = startCli({ command: 'driftd', args, cwd: fleet.control, env: fleet.env })
    void running.ended.then(({ stdout, stderr }) => printed.push(stdout, stderr))
    return running
  }

  beforeAll(async () => {
    fleet = await openFleet()
    const aws = createAwsClients(fleet.emulatorUrl)
    await aws.ssm.send(
      new PutParameterCommand({ Name: '/fleet/level', Value: 'info', Description: 'mine', Overwrite: true }),
    )
    aws.destroy()
    outcome = await start('scan', 'live/*', 'found/*', '-o', 'json').ended
    scans = new Map(parseDocument(outcome).scans.map((scan) => [scan.stack, scan]))
  }, 600_000)
  afterAll(async () => {
    await fleet?.close()
  })

  it('gives every stack a verdict of its own, whatever becomes of the others', () => {
    const verdicts = [...scans].map(([name, { status, error }]) => `${name}: ${error?.code ?? status}`).sort()
    expect(verdicts).toEqual([
      'found/here: BACKEND_UNREACHABLE',
      'live/broken: CONFIGURATION_INVALID',
      'live/builtin: in-sync',
      'live/parameters: drifted',
      'live/refused: PLAN_FAILED',
      'live/relative: LOCAL_STATE_IN_CHECKOUT',
      'live/unapplied: pending',
    ])
    expect(outcome.exitCode).toBe(1)
  })

  it('names the commit it looked at, and the drift', () => {
    const scan = scans.get('live/parameters')
    expect(scan?.commit).toMatch(/^[0-9a-f]{40}$/)
    const drift = scan?.records.filter((record) => record.kind !== 'informational')
    expect(drift).toEqual([
      expect.objectContaining({
        kind: 'changed',
        address: 'aws_ssm_parameter.level',
        correctable: true,
        source: { file: 'live/parameters/main.tf', line: 21 },
        changes: [
          {
            path: ['description'],
            cause: 'outside',
            declared: 'how much is logged',
            actual: 'mine',
            recorded: 'how much is logged',
            sensitive: false,
          },
        ],
      }),
    ])
  })

  it('says where the code does not parse', () => {
    expect(scans.get('live/broken')?.error).toMatchObject({
      phase: expect.stringMatching(/^(init|plan|parse)$/),
      message: expect.stringContaining('main.tf:'),
    })
  })

  it('quotes the error of a provider without the secret in it', () => {
    expect(scans.get('live/refused')?.error?.message).toContain(`/missing/${SENSITIVE_PLACEHOLDER}`)
  })

  it('remembers: status and show tell the same without scanning', async () => {
    const status = await start('status', '-o', 'json').ended
    const { stacks } = JSON.parse(status.stdout)
    const byName = new Map(stacks.map((stack: { name: string }) => [stack.name, stack]))
    expect(status.exitCode).toBe(0)
    expect(byName.get('live/parameters')).toMatchObject({
      status: 'drifted',
      commit: scans.get('live/parameters')?.commit,
    })
    expect(byName.get('stuck/hanging')).toMatchObject({ status: 'unknown', lastScanAt: null })

    const shown = parseDocument(await start('show', 'live/parameters', '-o', 'json').ended)
    expect(shown.scans).toEqual([scans.get('live/parameters')])
    const [record] = scans.get('live/parameters')?.records.filter(({ kind }) => kind === 'changed') ?? []
    const one = await start('show', record?.id ?? '').ended
    expect(one.stdout).toContain('aws_ssm_parameter.level')
  })

  it('finds the same in a second scan of the same commit', async () => {
    const again = parseDocument(await start('scan', 'live/parameters', '-o', 'json').ended)
    expect(again.scans[0]?.records).toEqual(scans.get('live/parameters')?.records)
  })

  it('ends within seconds on Ctrl-C, leaves no process behind, and can be read meanwhile', async () => {
    const running = start('scan', 'stuck/hanging')
    await running.said('stuck/hanging: plan')
    await waitUntil(() => processesWith(fleet.silentUrl).length > 0)
    const meanwhile = await start('show', 'live/parameters', '-o', 'json').ended
    expect(parseDocument(meanwhile).scans).toHaveLength(1)

    const askedAt = performance.now()
    running.child.kill('SIGINT')
    const { exitCode } = await running.ended
    expect(exitCode).toBe(130)
    expect(performance.now() - askedAt).toBeLessThan(STOP_LIMIT_MS)
    expect(processesWith(fleet.silentUrl)).toEqual([])
  })

  it('keeps the verdicts of before, and says that there is none for the stack that was stopped', async () => {
    const { stacks } = JSON.parse((await start('status', '-o', 'json').ended).stdout)
    const status = Object.fromEntries(
      stacks.map((it: { name: string; status: string }) => [it.name, it.status]),
    )
    expect(status['live/parameters']).toBe('drifted')
    expect(['failed', 'unknown']).toContain(status['stuck/hanging'])
  })

  it('lets no secret out: not printed, not in the database, not in a file left behind', async () => {
    const spellings = [FLEET_TOKEN, Buffer.from(FLEET_TOKEN).toString('base64')]
    const leaks = (text: string | Buffer): boolean => spellings.some((it) => text.includes(it))
    expect(printed.filter(leaks)).toEqual([])
    const files = (await Promise.all([fleet.control, fleet.home].map(readEveryFile))).flat()
    const own = files.filter(({ path }) => path !== `${fleet.control}/token`)
    expect(own.some(({ path }) => path.endsWith('.db'))).toBe(true)
    expect(own.filter(({ bytes }) => leaks(bytes)).map(({ path }) => path)).toEqual([])
  })
})

/** The ids of processes, zombies aside, that have a text in their environment: the engine and its plug-ins. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false
    try {
      return readFileSync(`/proc/${entry}/environ`, 'utf8').includes(text)
    } catch {
      return false
    }
  })
}

async function waitUntil(isTrue: () => boolean, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('it did not come about in time')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
