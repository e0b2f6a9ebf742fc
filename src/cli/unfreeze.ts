import type { Command } from 'commander'
import { escapeText } from '../lib/text/escape-text.js'
import { parseLine } from './option-values.js'
import { printOut } from './print-out.js'
import { withConfigOption } from './result-options.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd unfreeze infra --reason "main was rebased to remove a secret, ticket 4711"

A tracked branch that was moved to where it does not follow from stops remediation: what people approved on the old
history may not be carried out on the new one. Look at who moved it before you say that it is as it should be.`

interface UnfreezeOptions {
  readonly config?: string
  readonly reason: string
  readonly by?: string
  readonly quiet?: boolean
}

/** What `driftd unfreeze` takes and does. */
export function defineUnfreeze(command: Command): void {
  withConfigOption(command)
    .requiredOption('--reason <text>', 'why the new history is as it should be', parseLine)
    .option('--by <name>', 'who says so; default: your account', parseLine)
    .option('-q, --quiet', 'no warnings')
    .option('-v, --verbose', 'say more, with stack traces of errors')
    .addHelpText('after', EXAMPLES)
    .action(unfreeze)
}

async function unfreeze(repository: string, options: UnfreezeOptions): Promise<void> {
  await withApp(options, async (app) => {
    const { reason, by = null } = options
    const was = await (await app.remediation()).unfreeze(repository, { reason, by })
    const name = escapeText(repository)
    await printOut(
      was ? `the history of ${name} is acknowledged` : `the history of ${name} was not rewritten`,
    )
  })
}
