import type { Command } from 'commander'
import { DriftError } from '../domain/errors.js'
import { printOut } from './print-out.js'
import { withConfigOption } from './result-options.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd audit verify        each row must follow from the one before it, and from what this machine has seen`

/** What `driftd audit verify` takes and does. */
export function defineAudit(command: Command): void {
  command.addHelpText('afterAll', EXAMPLES)
  withConfigOption(command.command('verify'))
    .description('exits 1 where a row was changed, taken out or put in')
    .option('-q, --quiet', 'no warnings')
    .option('-v, --verbose', 'say more, with stack traces of errors')
    .action(verify)
}

async function verify(options: { readonly config?: string; readonly quiet?: boolean }): Promise<void> {
  await withApp(options, async (app) => {
    const verdict = await (await app.remediation()).verifyAudit()
    if (verdict.status === 'broken')
      throw new DriftError(
        'AUDIT_BROKEN',
        `the audit log is broken at row ${verdict.sequence}: ${verdict.problem}; compare it with a backup`,
      )
    await printOut(`the audit log is whole: ${verdict.rows} rows, the last one ${verdict.lastHash}`)
  })
}
