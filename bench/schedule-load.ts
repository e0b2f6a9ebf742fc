import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicFactory } from 'ulid'
import { systemClock } from '../src/lib/clock.js'
import { createScheduleMemory } from '../src/schedule/schedule-memory.js'
import type { ScheduledStack } from '../src/schedule/scheduled-stack.js'
import { createScheduler } from '../src/schedule/scheduler.js'
import { openStore } from '../src/store/open-store.js'
import { median } from './measure.js'
import type { LoadReport, TickSummary } from './schedule.js'

/**
 * A process of its own: a scheduler with the SQLite store, many stacks and an engine that only waits. Every stack has a
 * slot every so many minutes, a tenth of them at the same instant. Prints a LoadReport.
 */
interface Tick {
  readonly wallMs: number
  /** User and system time of all threads of this process. */
  readonly cpuMs: number
}

const [, , size = '10000', slots = '16', everyMinutes = '5', rounds = '1'] = process.argv
const ENGINE_MS = 50
const LABEL_VALUES = 100

const folder = await mkdtemp(join(tmpdir(), 'driftd-load-'))
try {
  console.log(JSON.stringify(await run()))
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function run(): Promise<LoadReport> {
  const store = await openStore(`sqlite:${join(folder, 'driftd.db')}`)
  const stacks = buildStacks(Number(size))
  const ticks: Tick[] = []
  const scanned = new Map<string, number>()
  const runningOf = new Map<string, number>()
  const report = { scans: 0, twice: 0, skipped: 0, lost: 0, overLimit: 0, errors: 0 }
  const labelOf = new Map(stacks.map(({ name, labels }) => [name, labels.account ?? '']))
  const scheduler = createScheduler({
    clock: systemClock,
    queue: store.queue,
    memory: createScheduleMemory({ schedules: store.schedule, scans: store, fence: null }),
    newId: monotonicFactory(),
    owner: 'bench',
    limits: { slots: Number(slots), maxConcurrent: { account: 4 } },
    leaseMs: 30_000,
    async scan({ stack, slot }) {
      const key = `${stack} ${slot}`
      report.scans += 1
      if (scanned.has(key)) report.twice += 1
      scanned.set(key, (scanned.get(key) ?? 0) + 1)
      const label = labelOf.get(stack) ?? ''
      const running = (runningOf.get(label) ?? 0) + 1
      runningOf.set(label, running)
      if (running > 4) report.overLimit += 1
      await sleep(ENGINE_MS)
      runningOf.set(label, (runningOf.get(label) ?? 1) - 1)
      return { status: 'in-sync', error: null }
    },
    onEvent: ({ type }) => {
      if (type === 'slot-skipped') report.skipped += 1
    },
    onError: () => {
      report.errors += 1
    },
    onTick() {
      const wallMs = performance.now()
      const cpuMs = ownCpuMs()
      return () => ticks.push({ wallMs: performance.now() - wallMs, cpuMs: ownCpuMs() - cpuMs })
    },
  })
  scheduler.replaceStacks(stacks)
  const cpu = process.cpuUsage()
  const began = systemClock.monotonicMs()
  scheduler.start()
  // the first scans of all, and so many slots of each
  const wanted = stacks.length * (1 + Number(rounds))
  const deadlineMs = began + (2 + Number(rounds)) * Number(everyMinutes) * 60_000
  while (report.scans < wanted && systemClock.monotonicMs() < deadlineMs) await sleep(200)
  const seconds = (systemClock.monotonicMs() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const busy = [...ticks]
  ticks.length = 0
  // between two slots: what a daemon costs that has nothing to do
  const idleBefore = report.scans
  await sleep(15_000)
  const idle = report.scans === idleBefore ? [...ticks] : []
  await scheduler.stop(5_000)
  await store.close()
  return {
    ...report,
    stacks: stacks.length,
    lost: Math.max(0, wanted - report.scans),
    seconds,
    cpuSeconds: (user + system) / 1e6,
    ticks: busy.length,
    tickWall: summarize(busy.map(({ wallMs }) => wallMs)),
    tickCpu: summarize(busy.map(({ cpuMs }) => cpuMs)),
    idleTickWall: idle.length === 0 ? null : summarize(idle.map(({ wallMs }) => wallMs)),
    peakRssMiB: peakRssMiB(),
  }
}

function buildStacks(count: number): readonly ScheduledStack[] {
  // the first slots come when all were scanned that are new
  const every = Number(everyMinutes)
  const first = (new Date().getMinutes() + every - 1) % every
  const minutes = Array.from({ length: Math.floor(60 / every) }, (_, index) => first + index * every)
  return Array.from({ length: count }, (_, index) => {
    const second = (index % 10) * 6
    return {
      name: `team-${index % LABEL_VALUES}/stack-${index}`,
      schedule: { expression: `${second} ${minutes} * * * *`, timezone: 'Europe/Berlin' },
      only: [],
      isPaused: false,
      labels: { account: String(index % LABEL_VALUES), env: 'bench' },
    }
  })
}

function summarize(values: readonly number[]): TickSummary {
  const sorted = [...values].sort((a, b) => a - b)
  const p99Ms = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
  return { medianMs: median(values), p99Ms, mostMs: sorted.at(-1) ?? Number.NaN }
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function peakRssMiB(): number {
  const [, kilobytes = 'NaN'] = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kilobytes) / 1024
}
