import { join } from 'node:path'
import { runProgram } from '../lab/run-program.js'
import { repositoryRoot } from '../lab/tool-folder.js'
import { sayCommand } from './console.js'
import type { Estate } from './estate-place.js'
import { parseReport, type Report } from './report.js'

/** One call of `driftd`. */
export interface DriftdCall {
  readonly args: readonly string[]
  /** The exit code that it must end with (product.md, Command line). */
  readonly exitCode: 0 | 2
}

/** driftd on one estate. */
export interface Driftd {
  /** Prints the command, and lets its output go where ours goes. Throws where it ends in another way. */
  show(call: DriftdCall): Promise<void>
  /** The report of a command, as JSON has it. Throws where it ends in another way. */
  read(call: DriftdCall): Promise<Report>
}

/** What decides on colours and widths; a laboratory's environment has none of it. */
const TERMINAL_NAMES = ['TERM', 'NO_COLOR', 'FORCE_COLOR', 'COLORTERM', 'COLUMNS']

/** As wide as the demo's own lines, where nothing says how wide the screen is. */
const PIPE_COLUMNS = '80'

/** `config` is the path of a driftd.yaml. */
export function createDriftd(estate: Estate, config: string): Driftd {
  // the live display is for a terminal; lines of every phase are noise between a command and its report
  const progress = process.stderr.isTTY === true ? (['stderr'] as const) : []
  const run = async ({ args, exitCode }: DriftdCall, isShown: boolean): Promise<string> => {
    const { stdout } = await runProgram({
      command: join(repositoryRoot, 'bin', 'driftd'),
      args: [...args, '--config', config],
      cwd: estate.folder,
      env: { ...estate.env, ...terminalEnvironment(), XDG_STATE_HOME: join(estate.folder, 'home') },
      accepted: [exitCode],
      shown: isShown ? ['stdout', ...progress] : progress,
      signal: estate.signal,
    })
    return stdout
  }
  return {
    async show(call) {
      sayCommand(`driftd ${call.args.join(' ')}`)
      console.log()
      await run(call, true)
      console.log()
    },
    read: async ({ args, exitCode }) =>
      parseReport(await run({ args: [...args, '-o', 'json'], exitCode }, false)),
  }
}

function terminalEnvironment(): Record<string, string> {
  const set = TERMINAL_NAMES.flatMap((name) => {
    const value = process.env[name]
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return { COLUMNS: PIPE_COLUMNS, ...Object.fromEntries(set) }
}
