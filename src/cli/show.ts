import type { Command } from 'commander'
import { printOut } from './print-out.js'
import { type ResultOptions, withConfigOption, withOutputOptions } from './result-options.js'
import { viewOf } from './terminal.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd show prod/network     the last scan of a stack, informational records included
  driftd show k7x2mq           one record, by the beginning of its id`

/** What `driftd show` takes and does. */
export function defineShow(command: Command): void {
  withOutputOptions(withConfigOption(command)).addHelpText('after', EXAMPLES).action(show)
}

async function show(what: string, options: ResultOptions & { readonly config?: string }): Promise<void> {
  const { FORMATS } = await import('./output/formats.js')
  await withApp(options, async (app) => {
    const format = FORMATS[options.output]
    const found = await app.find(what)
    const view = { ...viewOf(process.stdout, options.color), isAll: true, drifts: found.drifts }
    const text =
      found.type === 'stack' ? format.scans([found.scan], view) : format.records(found.records, view)
    await printOut(text)
  })
}
