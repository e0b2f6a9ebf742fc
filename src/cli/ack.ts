import type { Command } from 'commander'
import { escapeText } from '../lib/text/escape-text.js'
import { recordName } from '../lib/text/record-words.js'
import { parseLine } from './option-values.js'
import { withConfigOption } from './result-options.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd ack k7x2mq --reason "ticket 4711, until the migration is over"
  driftd ack k7x2mq --by alice --reason known

An acknowledgement ends when the difference changes, and when it is gone. To accept one for good, use driftd ignore.`

interface AckOptions {
  readonly config?: string
  readonly reason: string
  readonly by?: string
  readonly quiet?: boolean
}

/** What `driftd ack` takes and does. */
export function defineAck(command: Command): void {
  withConfigOption(command)
    .requiredOption('--reason <text>', 'why it is all right for now', parseLine)
    .option('--by <name>', 'who says so; default: the account that runs driftd', parseLine)
    .option('-q, --quiet', 'no warnings and no confirmation')
    .option('-v, --verbose', 'say more, with stack traces of errors')
    .addHelpText('after', EXAMPLES)
    .action(ack)
}

async function ack(idPrefix: string, options: AckOptions): Promise<void> {
  await withApp(options, async (app) => {
    const { reason, by = null } = options
    const drift = await app.acknowledge({ idPrefix, reason, by })
    if (options.quiet) return
    const who = escapeText(drift.acknowledgement?.by ?? '')
    process.stderr.write(
      `${drift.id} acknowledged by ${who} until it changes: ${recordName(drift.record)} in ${escapeText(drift.stack)}\n`,
    )
  })
}
