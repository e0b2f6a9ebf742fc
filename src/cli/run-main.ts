import { type Command, CommanderError } from 'commander'
import { type DriftError, toDriftError } from '../domain/errors.js'
import { killLiveGroups } from '../lib/live-groups.js'
import { escapeText } from '../lib/text/escape-text.js'
import { EXIT_CODES } from './exit-code.js'

/** Runs a program and sets the exit code of the process. The last of the three places where errors are handled. */
export async function runMain(program: Command, argv: readonly string[]): Promise<void> {
  // whatever we or an engine write is for this user only: plans and states hold secrets
  process.umask(0o077)
  endOnBrokenOutput()
  withThrowing(program)
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    process.exitCode = report(error, argv)
  }
}

/** `driftd scan | head` is no error: whoever reads has seen enough. A full disk is one. */
function endOnBrokenOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      killLiveGroups()
      if (error.code !== 'EPIPE' && stream === process.stdout)
        process.stderr.write(`error: the result could not be written: ${error.message}\n`)
      process.exit(EXIT_CODES.error)
    })
  }
}

/** Commander would end the process by itself; its usage errors exit 1 as all others do. */
function withThrowing(command: Command): void {
  command.exitOverride()
  for (const subcommand of command.commands) withThrowing(subcommand)
}

function report(error: unknown, argv: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.error
  const known = toDriftError(error)
  process.stderr.write(`${escapeLines(`error: ${known.message} (${known.code})`)}\n`)
  if (isVerbose(argv) || known.code === 'INTERNAL') printStack(known)
  return known.code === 'INTERRUPTED' ? EXIT_CODES.interrupted : EXIT_CODES.error
}

function printStack(error: DriftError): void {
  const cause = error.cause instanceof Error ? error.cause : error
  if (isVerbose(process.argv)) process.stderr.write(`${cause.stack}\n`)
  else process.stderr.write('this is a defect of driftd; run again with -v and report what it prints\n')
}

function isVerbose(argv: readonly string[]): boolean {
  return argv.some((argument) => /^-[a-z]*v[a-z]*$/.test(argument) || argument === '--verbose')
}

/** Messages may have several lines; all else that a terminal would obey is shown, not obeyed. */
function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n')
}
