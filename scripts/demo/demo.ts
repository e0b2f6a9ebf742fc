import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pc from 'picocolors'
import { type Emulator, startEmulator } from '../lab/emulator.js'
import { labEnvironment } from '../lab/lab-environment.js'
import { runProgram } from '../lab/run-program.js'
import { writeTerraformConfig } from '../lab/terraform-config.js'
import { repositoryRoot } from '../lab/tool-folder.js'
import { faint, say, sayMark, sayStep, secondsText } from './console.js'
import { createAwsClients, EDITS } from './edits.js'
import { applyEstate, type Estate, STACKS, writeDriftdConfig } from './estate.js'
import { hostsFolder } from './hosts-stack.js'
import { keepDemo, keptFolder, stopKeptDemo } from './kept-demo.js'
import { compareReport, type ExpectedRecord, parseReport, type Report } from './report.js'

const isKept = process.env.KEEP === '1'

/** It takes about a minute; ten times that means that something hangs. */
const DEADLINE_MS = 600_000

/** Applies a small estate, changes it behind the code's back, and checks that a scan names exactly those changes. */
async function main(): Promise<void> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stopping.abort(new Error('interrupted')))
  }
  const deadline = setTimeout(() => stopping.abort(new Error('the demo took too long')), DEADLINE_MS)
  await stopKeptDemo()
  const folder = isKept ? keptFolder : await mkdtemp(join(tmpdir(), 'driftd-demo-'))
  await mkdir(folder, { recursive: true })
  let emulator: Emulator | null = null
  try {
    console.log(pc.bold('driftd demo: does reality still match what Git says?'))
    emulator = await startLab()
    const cliConfigFile = await writeTerraformConfig(folder)
    const env = labEnvironment({ emulatorUrl: emulator.url, cliConfigFile })
    const problems = await play({ folder, env, signal: stopping.signal }, emulator)
    if (isKept) await sayHowToPlay(emulator, env)
    process.exitCode = problems.length === 0 ? 0 : 1
  } catch (error) {
    const isInterrupted = stopping.signal.aborted
    console.error(
      pc.red(
        `\ndemo: ${isInterrupted ? (stopping.signal.reason as Error).message : (error as Error).message}`,
      ),
    )
    process.exitCode = isInterrupted ? 130 : 1
  } finally {
    clearTimeout(deadline)
    const isLeftUp = isKept && process.exitCode === 0
    if (!isLeftUp) {
      await emulator?.stop()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Returns what is wrong with driftd's report, in words. */
async function play(estate: Estate, emulator: Emulator): Promise<readonly string[]> {
  sayStep(`${STACKS.length} stacks, declared in Git and applied`)
  const startedAt = performance.now()
  await applyEstate(estate)
  const config = await writeDriftdConfig(estate)
  say(`${STACKS.join(', ')} ${faint(secondsText(performance.now() - startedAt))}`)

  sayStep('A first scan: nothing was touched')
  const clean = await scanQuietly(estate, config)
  const cleanProblems = [...compareReport(clean, []), ...sayCoverage(clean)]
  if (cleanProblems.length > 0) return sayProblems(cleanProblems)

  sayStep("Now somebody changes things behind the code's back")
  const world = { ...createAwsClients(emulator.url), hosts: hostsFolder(estate) }
  for (const edit of EDITS) {
    estate.signal.throwIfAborted()
    await edit.carryOut(world)
    say(`${pc.yellow('•')} ${edit.expected.stack.padEnd(8)} ${edit.text}`)
  }

  sayStep('What driftd says')
  console.log(faint('   $ ./bin/driftd scan\n'))
  await runDriftd(estate, ['scan', '--config', config], { isShown: true })

  sayStep('Did the report name exactly those changes?')
  const report = await readReport(estate, config)
  const expected = EDITS.map((edit) => edit.expected)
  const problems = compareReport(report, expected)
  if (problems.length > 0) return sayProblems(problems)
  for (const { expected } of EDITS)
    sayMark(true, `${expected.stack.padEnd(8)} ${placeOf(expected)} ${expected.kind}`)
  sayMark(true, pc.bold(`all ${EDITS.length} of them, and nothing else`))
  return []
}

function placeOf({ host, address }: ExpectedRecord): string {
  return host === undefined ? address : `${host} · ${address}`
}

async function startLab(): Promise<Emulator> {
  sayStep('An AWS API on this machine')
  const emulator = await startEmulator(isKept ? { keepIn: keptFolder } : {})
  say(`${emulator.kind} answers at ${emulator.url}`)
  return emulator
}

/** Says per stack what the scan found out; returns what is not in sync. */
function sayCoverage(report: Report): readonly string[] {
  for (const { stack, status, coverage } of report.scans) {
    sayMark(
      status === 'in-sync',
      `${stack.padEnd(8)} ${status}, ${coverage.verified} of ${coverage.applicable} verified`,
    )
  }
  const missing = STACKS.filter((name) => !report.scans.some((scan) => scan.stack === name))
  const wrong = report.scans
    .filter((scan) => scan.status !== 'in-sync')
    .map((scan) => `${scan.stack} is ${scan.status}`)
  return [...missing.map((name) => `${name} was not scanned`), ...wrong]
}

function sayProblems(problems: readonly string[]): readonly string[] {
  for (const problem of problems) sayMark(false, problem)
  return problems
}

async function scanQuietly(estate: Estate, config: string): Promise<Report> {
  return parseReport(await runDriftd(estate, ['scan', '--config', config, '-o', 'json'], { isShown: false }))
}

/** The report that was shown, as driftd stored it. */
async function readReport(estate: Estate, config: string): Promise<Report> {
  const scans: Report['scans'] = []
  for (const stack of STACKS) {
    const args = ['show', stack, '--config', config, '-o', 'json']
    scans.push(...parseReport(await runDriftd(estate, args, { isShown: false })).scans)
  }
  return { schemaVersion: 1, scans }
}

/** Standard output, empty where it was shown. Exit codes: 0 in sync, 2 drift; everything else throws. */
async function runDriftd(
  estate: Estate,
  args: readonly string[],
  { isShown }: { readonly isShown: boolean },
): Promise<string> {
  const { stdout } = await runProgram({
    command: join(repositoryRoot, 'bin', 'driftd'),
    args,
    cwd: estate.folder,
    env: { ...estate.env, ...terminalEnvironment(), XDG_STATE_HOME: join(estate.folder, 'home') },
    accepted: [0, 2],
    isShown,
    signal: estate.signal,
  })
  return stdout
}

/** What decides on colours and widths; a laboratory's environment has none of it. */
function terminalEnvironment(): Record<string, string> {
  const names = ['TERM', 'NO_COLOR', 'FORCE_COLOR', 'COLORTERM', 'COLUMNS']
  return Object.fromEntries(
    names.map((name) => [name, process.env[name] ?? '']).filter(([, value]) => value !== ''),
  ) as Record<string, string>
}

async function sayHowToPlay(emulator: Emulator, env: Readonly<Record<string, string>>): Promise<void> {
  await keepDemo(emulator, env)
  sayStep('It stays up: play with it')
  say(`make scan          ${faint('scan it again')}`)
  say(`make status        ${faint('every stack in one line')}`)
  say(`make serve         ${faint('the daemon: scans it every minute and after each commit')}`)
  say(
    `. .demo/env        ${faint('then aws, terraform and ./bin/terradiff .demo/estate/network see the emulator')}`,
  )
  say(`make demo-stop     ${faint('takes it down')}`)
}

await main()
