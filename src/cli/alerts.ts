import { type Command, InvalidArgumentError, Option } from 'commander'
import { withConfigOption } from './result-options.js'

const EXAMPLES = `
Examples:
  driftd alerts test ops-mail               send a sample through a channel
  driftd alerts preview prod/network        what each channel would be told of a stack now, and why, or why nothing
  driftd alerts list --dead                 what could not be delivered
  driftd alerts resend --dead               have all of that sent again by the daemon
  driftd alerts resend 01KB4V8G4N9QZ0RCT6S6XKQ7VD`

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 10_000

/** What `driftd alerts test | preview | list | resend` take and do. */
export function defineAlerts(command: Command): void {
  command.addHelpText('afterAll', EXAMPLES)
  defineTest(command.command('test'))
  definePreview(command.command('preview'))
  defineList(command.command('list'))
  defineResend(command.command('resend'))
}

function defineTest(command: Command): void {
  withCommonOptions(command)
    .description('send a sample; exits 1 where it did not arrive')
    .argument('<channel>', 'the name of a channel in driftd.yaml')
    .action(async (channel, options) => {
      const { runTest } = await import('./alerts/run-test.js')
      await runTest(channel, options)
    })
}

function definePreview(command: Command): void {
  withFormat(withCommonOptions(command))
    .description('what each channel would be told of a stack, and why; sends nothing')
    .argument('<stack>', 'the name of a stack')
    .action(async (stack, options) => {
      const { runPreview } = await import('./alerts/run-preview.js')
      await runPreview(stack, options)
    })
}

function defineList(command: Command): void {
  withFormat(withCommonOptions(command))
    .description('messages to channels, newest first')
    .option('--dead', 'those that were given up')
    .option('--waiting', 'those that are to be delivered')
    .option('--channel <channel>', 'those to one channel')
    .option('-n, --limit <count>', `at most so many; default ${DEFAULT_LIMIT}`, parseLimit, DEFAULT_LIMIT)
    .action(async (options) => {
      const { runList } = await import('./alerts/run-list.js')
      await runList(options)
    })
}

function defineResend(command: Command): void {
  withCommonOptions(command)
    .description('have a message sent again by the daemon, or all that were given up')
    .argument('[id]', 'of `driftd alerts list`')
    .option('--dead', 'all that were given up')
    .action(async (id, options) => {
      const { runResend } = await import('./alerts/run-resend.js')
      await runResend(id ?? null, options)
    })
}

function withCommonOptions(command: Command): Command {
  return withConfigOption(command)
    .option('-q, --quiet', 'no warnings')
    .option('-v, --verbose', 'say more, with stack traces of errors')
}

function withFormat(command: Command): Command {
  return command
    .addOption(
      new Option('-o, --output <format>', 'format of the result').choices(['table', 'json']).default('table'),
    )
    .option('--no-color', 'no colour, also on a terminal')
}

function parseLimit(text: string): number {
  const count = Number(text)
  if (!/^[0-9]{1,5}$/.test(text) || count < 1 || count > MAX_LIMIT)
    throw new InvalidArgumentError(`must be a number between 1 and ${MAX_LIMIT}`)
  return count
}
