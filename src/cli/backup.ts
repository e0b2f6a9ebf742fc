import { type Command, Option } from 'commander'
import { withConfigOption } from './result-options.js'

const EXAMPLES = `
Examples:
  driftd backup /mnt/backups/driftd-$(date +%F).db     also while the daemon runs
  driftd backup --force .driftd/backups/driftd.db      replaces the one of yesterday
  driftd backup -o json /mnt/backups/driftd.db         for programs

Copies a SQLite store as it is at one moment, checks the copy, and puts it in its place whole (0600). The key of the
hashes is not in it: keep that too, elsewhere. A store on PostgreSQL is backed up by pg_dump.`

/** What `driftd backup` takes and does. */
export function defineBackup(command: Command): void {
  withConfigOption(command)
    .addOption(
      new Option('-o, --output <format>', 'format of the result').choices(['table', 'json']).default('table'),
    )
    .option('-f, --force', 'write over a file that exists')
    .option('-v, --verbose', 'say more, with stack traces of errors')
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const { runBackup } = await import('./backup/run-backup.js')
      await runBackup(file, options)
    })
}
