import { join } from 'node:path'
import { findProgram } from '../scripts/lab/find-program.js'
import { repositoryRoot } from '../scripts/lab/tool-folder.js'
import { type Comparison, compare } from './compare.js'
import { buildFleet } from './fleet.js'
import { checkLoop, checkScan } from './scan-check.js'

/** A fleet and the loop that a user would write over it. */
export interface LoopContest {
  readonly name: string
  /** Absolute path of an empty folder. */
  readonly folder: string
  readonly size: number
  readonly code: (number: number) => string
  /** What the loop does in each stack's folder; `$ENGINE` is the engine. */
  readonly perStack: string
  readonly rounds: number
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** As many processes as driftd uses on two cores. */
const LOOP_PROCESSES = 2

/** Measures the loop against a repeated `driftd scan` of the same stacks at the same commit. */
export async function compareAgainstLoop(contest: LoopContest): Promise<Comparison> {
  const { folder, env, signal } = contest
  const engine = findProgram('terraform', 'tofu')
  if (engine === null)
    throw new Error('neither terraform nor tofu is there: `make setup` says how to get one')
  console.log(`${contest.name}: applying ${contest.size} stacks`)
  const fleet = await buildFleet({ ...contest, engine })
  const inEach = `cd {} && ${contest.perStack}`
  const quiet = { ...env, ENGINE: engine, XDG_STATE_HOME: join(folder, 'home') }
  return compare({
    name: contest.name,
    rounds: contest.rounds,
    loop: {
      line: `ls -d stack-* | xargs -P${LOOP_PROCESSES} -I{} sh -c '${inEach}'`,
      cwd: fleet.checkout,
      env: quiet,
      signal,
    },
    driftd: {
      line: `"${join(repositoryRoot, 'bin', 'driftd')}" scan --config "${fleet.config}" -o json 2>/dev/null`,
      cwd: folder,
      env: quiet,
      signal,
    },
    check: (who, cost) => (who === 'loop' ? checkLoop(cost) : checkScan(cost, contest.size)),
  })
}
