import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { repositoryRoot } from '../scripts/lab/tool-folder.js'
import { describeMachine } from './machine.js'

const RUNS = 40
/** issue 4: `driftd --version` at most so many times `node -e 0`. */
const MOST = 1.5
const NODE = ['-e', '0']

/** How long the built `driftd --version` takes beside a Node that does nothing: a section of docs/performance.md. */
export async function benchStartUp(): Promise<string> {
  const commands = [
    NODE,
    ...['driftd', 'terradiff', 'ansiblediff'].map((name) => [join(repositoryRoot, 'bin', name), '--version']),
  ]
  const times = commands.map(() => [] as number[])
  for (let run = 0; run < RUNS; run++) {
    for (const [index, args] of commands.entries()) times[index]?.push(timeMs(args))
  }
  const [node = Number.NaN, ...versions] = times.map(median)
  const rows = versions.map((ms, index) => {
    const name = commands[index + 1]?.[0]?.split('/').at(-1)
    const verdict = ms / node <= MOST ? 'reached' : 'not reached'
    return `| \`${name} --version\` | ${ms.toFixed(0)} ms | ${(ms / node).toFixed(2)} | at most ${MOST}: ${verdict} |`
  })
  return [
    '## Starting',
    '',
    `| command | median of ${RUNS} | times \`node -e 0\` (${node.toFixed(0)} ms) | figure |`,
    '|---|---|---|---|',
    ...rows,
    '',
    describeMachine(),
  ].join('\n')
}

function timeMs(args: readonly string[]): number {
  const startedAt = performance.now()
  const { status, error } = spawnSync(process.execPath, [...args], { stdio: 'ignore' })
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`, { cause: error })
  return performance.now() - startedAt
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
}
