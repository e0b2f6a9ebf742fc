import type { Command } from 'commander'
import type { App } from '../app.js'
import { DriftError } from '../domain/errors.js'
import { escapeText } from '../lib/text/escape-text.js'
import { parseDayToCome, parseLine } from './option-values.js'
import { printOut } from './print-out.js'
import { withConfigOption, withOutputOptions } from './result-options.js'
import { viewOf } from './terminal.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd ignore k7x2mq --until 2027-03-31 --reason "the autoscaler owns it" --owner platform
  driftd ignore k7x2mq --until 2027-03-31 --reason "known" --in ~/src/infra
  driftd ignore --list             every rule, with its hits; dead and expired ones are marked

The rule is written into .driftd.yaml of the repository's working copy. It holds once it is committed to the tracked
ref. It matches exactly this difference: widen its globs by hand.`

const FORMAT_NAMES = ['table', 'json'] as const

interface IgnoreOptions {
  readonly config?: string
  readonly output: (typeof FORMAT_NAMES)[number]
  readonly list?: boolean
  readonly until?: string
  readonly reason?: string
  readonly owner?: string
  readonly in?: string
  readonly color: boolean
  readonly quiet?: boolean
}

/** What `driftd ignore` takes and does. */
export function defineIgnore(command: Command): void {
  withOutputOptions(withConfigOption(command), FORMAT_NAMES)
    .option('--until <day>', 'last day of the rule, in UTC, such as 2027-03-31', parseDayToCome)
    .option('--reason <text>', 'why the difference is all right', parseLine)
    .option('--owner <name>', 'who answers for it; default: the account that runs driftd', parseLine)
    .option('--in <folder>', 'a working copy of the repository; default: the path that driftd.yaml names')
    .option('--list', 'show every rule and how often it held')
    .addHelpText('after', EXAMPLES)
    .action(ignore)
}

async function ignore(idPrefix: string | undefined, options: IgnoreOptions): Promise<void> {
  if (options.list) return list(idPrefix, options)
  const { until, reason, owner = null, in: folder = null } = options
  if (idPrefix === undefined || until === undefined || reason === undefined) {
    throw new DriftError(
      'USAGE',
      'give a record with --until DAY and --reason TEXT, or --list: a rule without end or reason is none',
    )
  }
  await withApp(options, (app) => write(app, { idPrefix, until, reason, owner, folder }, options))
}

async function list(idPrefix: string | undefined, options: IgnoreOptions): Promise<void> {
  if (idPrefix !== undefined) throw new DriftError('USAGE', '--list shows every rule: leave the record out')
  const { RULES_FORMATS } = await import('./output/rules-formats.js')
  await withApp(options, async (app) => {
    const view = { ...viewOf(process.stdout, options.color), now: new Date() }
    await printOut(RULES_FORMATS[options.output](await app.ignoreRules(), view))
  })
}

async function write(app: App, wish: Parameters<App['ignore']>[0], options: IgnoreOptions): Promise<void> {
  const outcome = await app.ignore(wish)
  await printOut(outcome.text)
  if (outcome.type === 'refused') throw outcome.error
  if (options.quiet) return
  const next = outcome.needsCommit
    ? 'commit it: it holds from the next scan of that commit on'
    : 'it holds from the next scan on'
  process.stderr.write(`written into ${escapeText(outcome.file)}; ${next}\n`)
}
