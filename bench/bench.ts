import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmulator } from '../scripts/lab/emulator.js'
import { labEnvironment } from '../scripts/lab/lab-environment.js'
import { writeTerraformConfig } from '../scripts/lab/terraform-config.js'
import { compareAgainstLoop } from './against-loop.js'
import { benchAlerts } from './alerts.js'
import { benchLocalHosts, benchSshHosts } from './ansible.js'
import { awsStackCode, builtInStackCode } from './aws-stack.js'
import { benchDaemon } from './daemon.js'
import { describeMachine } from './machine.js'
import { measureBigPlan } from './measure-big-plan.js'
import { type PerformanceSection, writePerformanceDocument } from './performance-document.js'
import { renderComparison } from './performance-table.js'
import { benchSchedule } from './schedule.js'
import { benchStartUp } from './start-up.js'
import { benchStore } from './store.js'

/** Where a part may write, what its engines see, and how it is stopped. */
interface Bench {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

type Part = PerformanceSection['part']

const PARTS: Readonly<Record<Part, (bench: Bench) => Promise<string>>> = {
  stacks: benchStacks,
  builtin: benchBuiltIn,
  plan: benchPlan,
  ansible: benchLocalHosts,
  ssh: benchSshHosts,
  start: benchStartUp,
  store: benchStore,
  alerts: benchAlerts,
  schedule: benchSchedule,
  daemon: benchDaemon,
}

/** Rounds that count; each is one loop and one scan. */
const ROUNDS = Number(process.env.ROUNDS ?? 3)
const AWS_STACKS = Number(process.env.AWS_STACKS ?? 20)
const BUILT_IN_STACKS = Number(process.env.BUILT_IN_STACKS ?? 100)

/** A quiet machine with two cores needs about ten minutes. */
const DEADLINE_MS = 3_600_000

/** Measures all parts, or those named in BENCH, and writes docs/performance.md. */
async function main(): Promise<void> {
  const asked = (process.env.BENCH ?? '').split(/[ ,]+/).filter((part) => part !== '')
  const unknown = asked.filter((part) => !(part in PARTS))
  if (unknown.length > 0)
    throw new Error(`BENCH knows ${Object.keys(PARTS).join(', ')}, not ${unknown.join(', ')}`)
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  const deadline = setTimeout(() => stopping.abort(), DEADLINE_MS)
  const folder = await mkdtemp(join(tmpdir(), 'driftd-bench-'))
  const emulator = await startEmulator()
  try {
    const cliConfigFile = await writeTerraformConfig(folder)
    const env = labEnvironment({ emulatorUrl: emulator.url, cliConfigFile })
    for (const part of Object.keys(PARTS) as Part[]) {
      if (asked.length > 0 && !asked.includes(part)) continue
      const partFolder = join(folder, part)
      await mkdir(partFolder)
      const text = await PARTS[part]({ folder: partFolder, env, signal: stopping.signal })
      console.log(`\n${text}\n`)
      console.log(`bench: written to ${writePerformanceDocument([{ part, text }])}`)
    }
  } finally {
    clearTimeout(deadline)
    await emulator.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function benchStacks(bench: Bench): Promise<string> {
  const machine = describeMachine()
  const comparison = await compareAgainstLoop({
    ...bench,
    name: 'stacks',
    size: AWS_STACKS,
    rounds: ROUNDS,
    code: awsStackCode,
    perStack:
      '"$ENGINE" init -input=false >/dev/null && "$ENGINE" plan -input=false -detailed-exitcode >/dev/null',
  })
  const table = renderComparison(
    comparison,
    { wall: 0.8, cpu: 0.8, aim: 0.7 },
    '`init && plan -detailed-exitcode`, `xargs -P2`',
  )
  return `## ${AWS_STACKS} small AWS stacks

Five resources each, on an emulator reached by \`AWS_ENDPOINT_URL\`, clean. The loop answers "would an apply do something?"; driftd also finds what an apply would not undo. An emulator
answers in milliseconds, so start-up weighs more here than against AWS.

${table}
${machine}`
}

async function benchBuiltIn(bench: Bench): Promise<string> {
  const machine = describeMachine()
  const comparison = await compareAgainstLoop({
    ...bench,
    name: 'builtin',
    size: BUILT_IN_STACKS,
    rounds: ROUNDS,
    code: builtInStackCode,
    perStack: '"$ENGINE" plan -input=false -detailed-exitcode >/dev/null',
  })
  const table = renderComparison(comparison, { wall: 1.3, cpu: null, aim: null }, 'bare `plan`, `xargs -P2`')
  return `## ${BUILT_IN_STACKS} stacks of built-in resources

Five \`terraform_data\` each: no provider is started, so what is measured is driftd's own cost. The loop is already initialised and does no \`init\`.

${table}
${machine}`
}

async function benchPlan(bench: Bench): Promise<string> {
  const machine = describeMachine()
  return `## A plan JSON of 1 GiB\n\n${await measureBigPlan(bench)}\n\n${machine}`
}

await main().catch((error: Error) => {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
})
