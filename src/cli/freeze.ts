import type { Command } from 'commander'
import { escapeText } from '../lib/text/escape-text.js'
import { parseLine } from './option-values.js'
import { printOut } from './print-out.js'
import { withConfigOption } from './result-options.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd freeze --reason "incident 4711"   nothing is carried out from now on
  driftd freeze --lift                     it may be again
  driftd freeze --status                   is the switch on

Requests may still be proposed and approved. What is being carried out at this moment is not stopped.`

interface FreezeOptions {
  readonly config?: string
  readonly reason?: string
  readonly by?: string
  readonly lift?: boolean
  readonly status?: boolean
  readonly quiet?: boolean
}

/** What `driftd freeze` takes and does. */
export function defineFreeze(command: Command): void {
  withConfigOption(command)
    .option('--reason <text>', 'why; people are told', parseLine)
    .option('--lift', 'switch it off again')
    .option('--status', 'only say whether it is on')
    .option('--by <name>', 'who does it; default: your account', parseLine)
    .option('-q, --quiet', 'no warnings')
    .option('-v, --verbose', 'say more, with stack traces of errors')
    .addHelpText('after', EXAMPLES)
    .action(freeze)
}

async function freeze(options: FreezeOptions): Promise<void> {
  await withApp(options, async (app) => {
    const remediation = await app.remediation()
    const by = options.by ?? null
    if (options.lift) {
      const was = await remediation.lift(by)
      return printOut(was ? 'requests may be carried out again' : 'nothing was frozen')
    }
    const now = options.status ? null : { reason: options.reason ?? 'no reason was given', by }
    const frozen = now === null ? await remediation.freeze() : await remediation.saveFreeze(now)
    if (frozen === null) return printOut('nothing is frozen')
    return printOut(
      `frozen by ${escapeText(frozen.by)} at ${frozen.at}: ${escapeText(frozen.reason)}; \`driftd freeze --lift\` ends it`,
    )
  })
}
