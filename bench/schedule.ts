import { join } from 'node:path'
import { runProgram } from '../scripts/lab/run-program.js'
import { repositoryRoot } from '../scripts/lab/tool-folder.js'
import { describeMachine } from './machine.js'

/** What ticks cost. */
export interface TickSummary {
  readonly medianMs: number
  readonly p99Ms: number
  readonly mostMs: number
}

/** What one run of a scheduler with many stacks came to. */
export interface LoadReport {
  readonly stacks: number
  readonly scans: number
  /** Slots that were scanned twice, that were missing at the end, that were skipped since the stack's last scan was not done. */
  readonly twice: number
  readonly lost: number
  readonly skipped: number
  /** Scans that ran although their label was at its limit. */
  readonly overLimit: number
  readonly errors: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly ticks: number
  /** CPU is what counts on a machine with other work; the wall has its waits for the disk and for the other work too. */
  readonly tickCpu: TickSummary
  readonly tickWall: TickSummary
  /** Null where there was no pause. */
  readonly idleTickWall: TickSummary | null
  readonly peakRssMiB: number
}

/** What to run, where, and how it is stopped. */
export interface LoadRequest {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly stacks?: number
  readonly slots?: number
  readonly everyMinutes?: number
  readonly rounds?: number
}

/** Issue 5: the scheduler's own cost per tick, and the memory of the process. */
export const MOST_TICK_MS = 20
export const MOST_RSS_MIB = 250

/** Runs bench/schedule-load.ts in a process of its own. */
export async function runScheduleLoad(request: LoadRequest): Promise<LoadReport> {
  const { stacks = 10_000, slots = 16, everyMinutes = 5, rounds = 1 } = request
  const { stdout } = await runProgram({
    command: join(repositoryRoot, 'node_modules', '.bin', 'tsx'),
    args: [
      join(repositoryRoot, 'bench', 'schedule-load.ts'),
      ...[stacks, slots, everyMinutes, rounds].map(String),
    ],
    cwd: repositoryRoot,
    env: { ...request.env, TMPDIR: request.folder },
    signal: request.signal,
  })
  return JSON.parse(stdout) as LoadReport
}

/** What the scheduler costs with 10,000 stacks: a section of docs/performance.md. */
export async function benchSchedule(request: LoadRequest): Promise<string> {
  const machine = describeMachine()
  const report = await runScheduleLoad({ ...request, stacks: Number(process.env.SCHEDULE_STACKS ?? 10_000) })
  const { stacks, scans, seconds, cpuSeconds } = report
  const verdict = (isReached: boolean): string => (isReached ? 'reached' : '**not reached**')
  const row = (name: string, { medianMs, p99Ms, mostMs }: TickSummary, figure: string): string =>
    `| ${name} | ${[medianMs, p99Ms, mostMs].map((ms) => `${ms.toFixed(1)} ms`).join(', ')} | ${figure} |`
  const isQuick = report.tickCpu.p99Ms <= MOST_TICK_MS
  return `## The scheduler with ${stacks.toLocaleString('en')} stacks

All of them new at the start, then each with a slot every 5 minutes, a tenth of them at one instant; a fake engine that takes 50 ms, 16 at once, at most 4 of an account; queue and memory in SQLite.
A tick settles what ended, decides what is due, queues and claims it, and writes down what changed.

| what | | figure |
|---|---|---|
| ${scans.toLocaleString('en')} scans, the wait for the slots included | ${seconds.toFixed(0)} s, ${cpuSeconds.toFixed(0)} s of CPU | |
${row(`CPU of a tick: median of ${report.ticks.toLocaleString('en')}, 99 of 100, most`, report.tickCpu, `99 of 100 at most ${MOST_TICK_MS} ms: ${verdict(isQuick)}`)}
${row('wall of a tick, waits for the disk included', report.tickWall, '')}
${report.idleTickWall === null ? '' : `${row('wall of a tick with nothing due', report.idleTickWall, '')}\n`}| memory of the process, at most | ${report.peakRssMiB.toFixed(0)} MiB | at most ${MOST_RSS_MIB} MiB: ${verdict(report.peakRssMiB <= MOST_RSS_MIB)} |
| slots lost, run twice, skipped | ${report.lost}, ${report.twice}, ${report.skipped} | none: ${verdict(report.lost + report.twice + report.skipped === 0)} |
| scans beyond the limit of their account | ${report.overLimit} | none: ${verdict(report.overLimit === 0)} |

${machine}`
}
