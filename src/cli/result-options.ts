import { type Command, InvalidArgumentError, Option } from 'commander'
import { KINDS, type Kind } from '../domain/record.js'
import { FORMAT_NAMES, type FormatName } from './output/format-names.js'

/** What every command with a result takes. */
export interface ResultOptions {
  readonly output: FormatName
  readonly failOn?: readonly Kind[]
  readonly pendingIsDrift?: boolean
  readonly all?: boolean
  readonly color: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
}

/** Adds the options that say how a result is shown, in any format or in one of these. */
export function withOutputOptions(command: Command, formats: readonly string[] = FORMAT_NAMES): Command {
  const option = new Option('-o, --output <format>', 'format of the result').choices([...formats])
  return command
    .addOption(option.default('table'))
    .option('--no-color', 'no colour, also on a terminal')
    .option('-q, --quiet', 'no progress and no warnings')
    .option('-v, --verbose', 'say more, with stack traces of errors')
}

/** Adds `--config`. */
export function withConfigOption(command: Command): Command {
  return command.option('-c, --config <file>', 'default: driftd.yaml in the current folder, then its parents')
}

/** Adds the options of commands that scan: how the result is shown, and what of it counts as drift. */
export function withScanOptions(command: Command): Command {
  return withOutputOptions(command)
    .option('-a, --all', 'show informational records too')
    .option('--fail-on <kinds>', `exit 2 only for these kinds (${KINDS.join(', ')})`, parseKinds)
    .option('--pending-is-drift', 'exit 2 for unapplied code too')
}

function parseKinds(text: string): readonly Kind[] {
  return text.split(',').map((word) => {
    const kind = KINDS.find((known) => known === word.trim())
    if (kind === undefined)
      throw new InvalidArgumentError(`"${word}" is no kind; known are ${KINDS.join(', ')}`)
    return kind
  })
}
