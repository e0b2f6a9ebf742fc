import type { Command } from 'commander'
import { printOut } from './print-out.js'
import { withConfigOption } from './result-options.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd keys                its id and the public half, as PEM

The private half is in the file signing-key beside the store, made at first use. It is in no backup: keep a copy of it
where you keep secrets. Requests that another key signed are refused.`

/** What `driftd keys` takes and does. */
export function defineKeys(command: Command): void {
  withConfigOption(command)
    .option('-q, --quiet', 'no warnings')
    .option('-v, --verbose', 'say more, with stack traces of errors')
    .addHelpText('after', EXAMPLES)
    .action(keys)
}

async function keys(options: { readonly config?: string; readonly quiet?: boolean }): Promise<void> {
  await withApp(options, async (app) => {
    const { keyId, publicKey } = await (await app.remediation()).signingKey()
    await printOut(`key ${keyId}\n${publicKey}`)
  })
}
