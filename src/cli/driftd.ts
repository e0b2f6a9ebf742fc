import { Command } from 'commander'
import { addConfigCommand } from './config.js'
import { runMain } from './run-main.js'
import { addScanCommand } from './scan.js'
import { addShowCommand } from './show.js'
import { addStatusCommand } from './status.js'
import { readVersion } from './version.js'

const EXAMPLES = `
Examples:
  driftd scan                    scan every stack of ./driftd.yaml
  driftd scan 'prod/*'           scan the stacks of production
  driftd status                  what every stack looked like last time
  driftd show prod/network       one stack in full
  driftd config validate         every problem of driftd.yaml at once

Exit codes: 0 in sync, 2 drift, 1 error, 4 incomplete, 130 interrupted.`

/** The command `driftd`. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('driftd')
    .description('Tells you when your infrastructure no longer is what Git says it is')
    .version(readVersion(), '-V, --version')
    .addHelpText('after', EXAMPLES)
  for (const add of [addScanCommand, addStatusCommand, addShowCommand, addConfigCommand]) add(program)
  await runMain(program, argv)
}
