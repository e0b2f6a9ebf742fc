import { type Command, InvalidArgumentError } from 'commander'
import { printOut } from './print-out.js'
import { withConfigOption, withOutputOptions } from './result-options.js'
import { viewOf } from './terminal.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd history prod/network             what drifted when, and how it was resolved
  driftd history prod/network -n 100      within the last 100 scans
  driftd history prod/network -o json     for programs

Reads what earlier scans stored; scans nothing. Exits 0 unless it fails itself.`

const FORMAT_NAMES = ['table', 'json', 'jsonl', 'markdown'] as const
const DEFAULT_SCANS = 500
const MAX_SCANS = 100_000

interface HistoryOptions {
  readonly config?: string
  readonly output: (typeof FORMAT_NAMES)[number]
  readonly scans: number
  readonly color: boolean
  readonly quiet?: boolean
}

/** What `driftd history` takes and does. */
export function defineHistory(command: Command): void {
  withOutputOptions(withConfigOption(command), FORMAT_NAMES)
    .option('-n, --scans <count>', 'how many of the newest scans', parseCount, DEFAULT_SCANS)
    .addHelpText('after', EXAMPLES)
    .action(history)
}

async function history(stack: string, options: HistoryOptions): Promise<void> {
  const { HISTORY_FORMATS } = await import('./output/history-formats.js')
  await withApp(options, async (app) => {
    const told = await app.history(stack, options.scans)
    await printOut(HISTORY_FORMATS[options.output](told, viewOf(process.stdout, options.color)))
  })
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= MAX_SCANS) return count
  throw new InvalidArgumentError(`must be a whole number from 1 to ${MAX_SCANS}`)
}
