import type { Command } from 'commander'
import { FORMATS } from './output/formats.js'
import { printOut } from './print-out.js'
import { type ResultOptions, withConfigOption, withOutputOptions } from './result-options.js'
import { viewOf } from './terminal.js'
import { withApp } from './with-app.js'

/** Adds `driftd status`. */
export function addStatusCommand(program: Command): void {
  const command = program
    .command('status')
    .description('every stack: status, open drift, age of the last good scan')
    .addHelpText('after', '\nReads what earlier scans stored; scans nothing. Exits 0 unless it fails itself.')
  withOutputOptions(withConfigOption(command)).action(status)
}

async function status(options: ResultOptions & { readonly config?: string }): Promise<void> {
  await withApp(options, async (app) => {
    const stacks = await app.status()
    const view = viewOf(process.stdout, options.color)
    await printOut(FORMATS[options.output].status(stacks, { ...view, now: new Date() }))
  })
}
