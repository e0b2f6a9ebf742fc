import { type Command, Option } from 'commander'
import { withConfigOption } from './result-options.js'

const EXAMPLES = `
Examples:
  driftd doctor               everything a scan needs, each problem with what mends it
  driftd doctor -o json       for programs
  driftd doctor -c other/driftd.yaml

Looks only: nothing is scanned, fetched into the data folder or changed. Remotes are asked for their refs, 20 s at most each.
Exit codes: 0 nothing stands in the way of a scan (warnings may), 1 something does.`

/** What `driftd doctor` takes and does. */
export function defineDoctor(command: Command): void {
  withConfigOption(command)
    .addOption(
      new Option('-o, --output <format>', 'format of the result').choices(['table', 'json']).default('table'),
    )
    .option('--no-color', 'no colour, also on a terminal')
    .option('-v, --verbose', 'say more, with stack traces of errors')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const { runDoctor } = await import('./doctor/run-doctor.js')
      await runDoctor(options)
    })
}
