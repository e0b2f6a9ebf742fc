import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../scripts/lab/find-program.js'
import { repositoryRoot } from '../scripts/lab/tool-folder.js'
import { builtInStackCode } from './aws-stack.js'
import { buildFleet } from './fleet.js'
import { describeMachine } from './machine.js'
import { median } from './measure.js'

const STACKS = Number(process.env.DAEMON_STACKS ?? 20)
/** Issue 5: idle daemon at most 120 MB. */
const MOST_MB = 120
/** Issue 5: ready again within 30 s of a kill -9. */
const MOST_READY_MS = 30_000
const RESTARTS = 5
/** So long it is left alone after its first scans. */
const IDLE_MS = 90_000
const DEADLINE_MS = 300_000

interface DaemonBench {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** What the daemon takes while nothing is due, and how soon it is back after a kill: a section of docs/performance.md. */
export async function benchDaemon({ folder, env, signal }: DaemonBench): Promise<string> {
  const engine = findProgram('terraform', 'tofu')
  if (engine === null) throw new Error('neither terraform nor tofu is there: run make setup')
  const fleet = await buildFleet({ folder, size: STACKS, code: builtInStackCode, engine, env, signal })
  // nothing is due for months once every stack was scanned
  await appendFile(fleet.config, 'defaults: { schedule: "0 0 1 1 *" }\nserver: { listen: "127.0.0.1:0" }\n')
  const machine = describeMachine()
  const first = startDaemon(fleet.config, { folder, env })
  await until(signal, () => countOf(first.log(), 'scan finished') >= STACKS)
  const busyMb = await residentMb(first.child)
  await sleep(IDLE_MS, undefined, { signal })
  const idleMb = await residentMb(first.child)
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  const readyMs: number[] = []
  for (let round = 0; round < RESTARTS; round++)
    readyMs.push(await measureRestart(fleet.config, { folder, env, signal }))
  return `## The daemon while nothing is due

${STACKS} stacks of built-in resources, each scanned once, then left alone for ${IDLE_MS / 1_000} s. Killed by \`kill -9\` and started again
${RESTARTS} times: the time from the start of the process until \`/readyz\` says yes, the median and the longest.

| what | takes | figure |
|---|---|---|
| memory (RSS) when idle | ${idleMb.toFixed(0)} MB | at most ${MOST_MB} MB: ${verdict(idleMb <= MOST_MB)} |
| memory (RSS) after the first scans | ${busyMb.toFixed(0)} MB | |
| ready after a kill | ${median(readyMs).toFixed(0)} ms, ${Math.max(...readyMs).toFixed(0)} ms | at most ${MOST_READY_MS} ms: ${verdict(Math.max(...readyMs) <= MOST_READY_MS)} |

${machine}`
}

function verdict(isReached: boolean): string {
  return isReached ? 'reached' : '**not reached**'
}

async function measureRestart(config: string, bench: DaemonBench): Promise<number> {
  const startedAt = performance.now()
  const { child, log } = startDaemon(config, bench)
  await until(bench.signal, async () => {
    const url = /"url":"([^"]+)"/.exec(log())?.[1]
    if (url === undefined) return false
    return fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  })
  const tookMs = performance.now() - startedAt
  child.kill('SIGKILL')
  await once(child, 'exit')
  return tookMs
}

function startDaemon(
  config: string,
  { folder, env }: Omit<DaemonBench, 'signal'>,
): { readonly child: ChildProcess; readonly log: () => string } {
  const program = join(repositoryRoot, 'bin', 'driftd')
  const child = spawn(process.execPath, [program, 'serve', '--config', config], {
    cwd: folder,
    env: { ...env, XDG_RUNTIME_DIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  return { child, log: () => log }
}

function countOf(log: string, event: string): number {
  return log.split(`"event":"${event}"`).length - 1
}

/** What the kernel says is in memory, in millions of bytes. */
async function residentMb(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024) / 1e6
}

async function until(signal: AbortSignal, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error('the daemon did not get there in time')
    await sleep(20, undefined, { signal })
  }
}
