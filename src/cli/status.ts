import type { Command } from 'commander'
import { printOut } from './print-out.js'
import { type ResultOptions, withConfigOption, withOutputOptions } from './result-options.js'
import { viewOf } from './terminal.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd status              a line for every stack
  driftd status -o json      for programs

Reads what earlier scans stored; scans nothing. Exits 0 unless it fails itself.`

/** What `driftd status` takes and does. */
export function defineStatus(command: Command): void {
  withOutputOptions(withConfigOption(command)).addHelpText('after', EXAMPLES).action(status)
}

async function status(options: ResultOptions & { readonly config?: string }): Promise<void> {
  const { FORMATS } = await import('./output/formats.js')
  await withApp(options, async (app) => {
    const stacks = await app.status()
    const view = {
      ...viewOf(process.stdout, options.color),
      now: new Date(),
      daemon: await app.daemonStatus(),
    }
    await printOut(FORMATS[options.output].status(stacks, view))
  })
}
