import type { Command } from 'commander'

const EXAMPLES = `
Examples:
  driftd init              look through this repository, write driftd.yaml beside its .git
  driftd init --force      write it anew

Writes driftd.yaml, driftd.schema.json (what editors complete and check it with) and driftd.mk (targets for your
Makefile). Nothing else is changed, nothing is asked, and no file that exists is written over without --force.`

/** What `driftd init` takes and does. */
export function defineInit(command: Command): void {
  command
    .option('-f, --force', 'write over files that exist')
    .option('-v, --verbose', 'say more, with stack traces of errors')
    .addHelpText('after', EXAMPLES)
    .action(async (options: { readonly force?: boolean }) => {
      const { initRepository } = await import('./init/init-repository.js')
      await initRepository({ cwd: process.cwd(), isForced: options.force ?? false })
    })
}
