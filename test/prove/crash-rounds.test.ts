import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { builtInStackCode } from '../../bench/aws-stack.js'
import { buildFleet, type Fleet } from '../../bench/fleet.js'
import { parseReport } from '../../scripts/demo/report.js'
import { findProgram } from '../../scripts/lab/find-program.js'
import { labEnvironment } from '../../scripts/lab/lab-environment.js'
import { writeTerraformConfig } from '../../scripts/lab/terraform-config.js'
import { repositoryRoot } from '../../scripts/lab/tool-folder.js'

const STACKS = 6
const ROUNDS = 40

/** A scan of six small stacks takes 2-3 s; the kills are spread evenly over it and a little beyond. */
const SCAN_MS = 3_000

const statusSchema = z.object({ stacks: z.array(z.object({ name: z.string(), status: z.string() })) })

describe('kill -9 in the middle of a scan', () => {
  let folder: string
  let fleet: Fleet
  let env: Record<string, string>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'driftd-prove-'))
    const cliConfigFile = await writeTerraformConfig(folder)
    // no emulator: built-in resources speak to nobody
    env = {
      ...labEnvironment({ emulatorUrl: 'http://127.0.0.1:1', cliConfigFile }),
      XDG_STATE_HOME: join(folder, 'home'),
    }
    const engine = findProgram('terraform', 'tofu')
    if (engine === null) throw new Error('this proof needs terraform or tofu: run `make setup`')
    const signal = new AbortController().signal
    fleet = await buildFleet({ folder, size: STACKS, code: builtInStackCode, engine, env, signal })
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('never leaves a store that lies, and the next scan is complete', async ({ task }) => {
    let killed = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      if (await killScanAfter((SCAN_MS * (round + 0.5)) / ROUNDS)) killed += 1
      const { stacks } = statusSchema.parse(JSON.parse(driftd(['status', '-o', 'json'], [0])))
      expect(stacks.map((stack) => stack.name)).toEqual(fleet.names)
      // half a scan is no scan: what is stored is a whole verdict or nothing
      // (`failed`: the next scan found what the one before had left)
      for (const { status } of stacks) expect(['unknown', 'failed', 'in-sync']).toContain(status)
    }
    const { scans } = parseReport(driftd(['scan', '-o', 'json'], [0]))
    expect(scans.map((scan) => scan.status)).toEqual(fleet.names.map(() => 'in-sync'))
    for (const scan of scans) expect(scan.coverage).toEqual({ verified: 5, applicable: 5 })
    expect(killed).toBeGreaterThan(ROUNDS / 2)
    Object.assign(task.meta, { proof: `${killed} of ${ROUNDS} scans of ${STACKS} stacks killed` })
  })

  /** True where the kill met a scan that was still running. */
  async function killScanAfter(delayMs: number): Promise<boolean> {
    const child: ChildProcess = spawn(command, ['scan', '--config', fleet.config, '-o', 'json'], {
      cwd: folder,
      env,
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    await Promise.race([ended, sleep(delayMs)])
    child.kill('SIGKILL')
    const [, signal] = (await ended) as [number | null, NodeJS.Signals | null]
    return signal === 'SIGKILL'
  }

  function driftd(args: readonly string[], accepted: readonly number[]): string {
    const run = spawnSync(command, [...args, '--config', fleet.config], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    expect(accepted, `driftd ${args.join(' ')}: ${run.stderr}`).toContain(run.status)
    return run.stdout
  }
})

const command = join(repositoryRoot, 'bin', 'driftd')
