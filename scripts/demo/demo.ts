import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pc from 'picocolors'
import { removeTree } from '../../src/git/remove-tree.js'
import { type Emulator, startEmulator } from '../lab/emulator.js'
import { labEnvironment } from '../lab/lab-environment.js'
import { writeTerraformConfig } from '../lab/terraform-config.js'
import { findKeygen } from './approver.js'
import { faint, say, secondsText } from './console.js'
import { findEngine } from './estate.js'
import { findAnsible } from './hosts-stack.js'
import { keepEmulator, keepEnvironment, keptFolder, stopKeptDemo } from './kept-demo.js'
import { playDemo } from './story.js'

const isKept = process.env.KEEP === '1'

/** It takes a minute or two; many times that means that something hangs. */
const DEADLINE_MS = 900_000

const GO_ON = [
  ['make status', 'every stack in one line'],
  ['make remediate STACK=hosts', 'put the next one right: propose it, then'],
  ['cd .demo/estate', 'approve and merge it here, as in step 6'],
  ['make serve', 'the daemon: scans every minute and after each'],
  ['', 'push, carries out what is merged; Ctrl-C ends it'],
  ['make scan', 'scan by hand'],
  ['. .demo/env', 'aws and terraform see the emulator'],
  ['make demo-stop', 'take it down'],
] as const

/**
 * Applies a small estate, changes it behind the code's back, checks that a scan names exactly those changes, and that
 * remediation puts one stack right as it was approved. Takes everything down however it ends, unless it is to be kept.
 */
async function main(): Promise<void> {
  const stopping = new AbortController()
  const stop = (reason: string, exitCode: number): void => {
    if (stopping.signal.aborted) return
    process.exitCode = exitCode
    stopping.abort(new Error(reason))
  }
  // a terminal's Ctrl-C may arrive twice: from it, and handed on by tsx
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stop('interrupted', 130))
  // a terminal that was closed, or `make demo | head`
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop('nobody listens', 1))
  const deadline = setTimeout(stop, DEADLINE_MS, `not done after ${DEADLINE_MS / 60_000} minutes`, 1)
  try {
    await run(stopping.signal)
  } catch (error) {
    const { aborted, reason } = stopping.signal
    // not sooner: what is being stopped may draw on the terminal
    if (aborted) console.error(pc.yellow(`\ndemo: ${(reason as Error).message}; everything was taken down`))
    else console.error(pc.red(`\ndemo: ${(error as Error).message}`))
    process.exitCode = process.exitCode || 1
  } finally {
    clearTimeout(deadline)
  }
}

async function run(signal: AbortSignal): Promise<void> {
  const startedAt = performance.now()
  console.log(pc.bold('driftd: does reality still match what Git says?'))
  // what is missing is said before anything is started
  for (const find of [findEngine, findAnsible, findKeygen]) find()
  if (isKept && (await stopKeptDemo())) say(faint('the demo that was up has been taken down'))
  const folder = isKept ? keptFolder : await mkdtemp(join(tmpdir(), 'driftd-demo-'))
  let emulator: Emulator | null = null
  let isLeftUp = false
  try {
    await makeFolder(folder)
    emulator = await startEmulator(isKept ? { keepIn: keptFolder } : {})
    if (isKept) await keepEmulator(emulator)
    const cliConfigFile = await writeTerraformConfig(folder)
    const lab = labEnvironment({ emulatorUrl: emulator.url, cliConfigFile })
    // what an engine that is ended in the middle leaves in the temporary folder goes with ours
    const env = isKept ? lab : { ...lab, TMPDIR: await makeFolder(join(folder, 'tmp')) }
    const problems = await playDemo({ folder, env, signal }, emulator)
    if (problems.length > 0) {
      process.exitCode = 1
    } else if (isKept) {
      await keepEnvironment(env)
      isLeftUp = true
    }
  } finally {
    if (!isLeftUp) await takeDown(emulator, folder)
  }
  if (process.exitCode !== 1) sayEnd(performance.now() - startedAt)
}

async function makeFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  return folder
}

async function takeDown(emulator: Emulator | null, folder: string): Promise<void> {
  try {
    await emulator?.stop()
  } finally {
    // driftd's checkouts are read-only
    await removeTree(folder).catch((error: Error) =>
      console.error(pc.red(`demo: ${folder} could not be removed: ${error.message}`)),
    )
  }
}

function sayEnd(durationMs: number): void {
  const done = pc.bold(`\nDone in ${secondsText(durationMs)}.`)
  if (!isKept) {
    console.log(`${done} Everything was taken down; \`make demo KEEP=1\` leaves it up.`)
    return
  }
  console.log(`${done} It stays up: go on with it.`)
  for (const [command, text] of GO_ON) say(`${command.padEnd(28)} ${faint(text)}`)
}

await main()
