import type { Argument, Command, Option } from 'commander'
import { KINDS } from '../../domain/record.js'
import type { NamedThing } from './known-names.js'

/** One way to go on, and what it means. */
export interface Candidate {
  readonly value: string
  readonly meaning: string
}

/**
 * What may stand in the place of the last word; `files` where the shell knows better. Candidates are not filtered by
 * what is already typed of the word: shells do that.
 */
export async function completeWords(
  program: Command,
  words: readonly string[],
  namesOf: NamesOf,
): Promise<readonly Candidate[] | 'files'> {
  const before = words.slice(0, -1).filter((word) => word !== '=')
  const place = findPlace(program, before)
  const current = words.at(-1) ?? ''
  if (place.option !== null) return valuesOf(place.option, namesOf)
  if (current.startsWith('-')) return optionsOf(place.command)
  const subcommands = place.command.commands.filter((command) => !isHidden(command))
  if (subcommands.length > 0) {
    return subcommands.map((command) => ({ value: command.name(), meaning: command.description() }))
  }
  return argumentCandidates(place, namesOf)
}

/** The names that the configuration has of something. */
export type NamesOf = (thing: NamedThing) => Promise<readonly string[]>

/** What stands for files in the help: `--config <file>`, `--in <folder>`. */
const FILES = /\b(?:file|folder|path)\b/

/** Where the cursor is: in which command, after how many arguments, or at the value of an option. */
interface Place {
  readonly command: Command
  readonly argumentCount: number
  readonly option: Option | null
}

function findPlace(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, argumentCount: 0, option: null }
  for (const word of words) place = step(place, word)
  return place
}

function step({ command, argumentCount, option }: Place, word: string): Place {
  if (option !== null) return { command, argumentCount, option: null }
  if (word.startsWith('-')) {
    const named = command.options.find(({ short, long }) => word === short || word === long)
    return { command, argumentCount, option: named?.required ? named : null }
  }
  const next = command.commands.find((candidate) => candidate.name() === word)
  return next === undefined
    ? { command, argumentCount: argumentCount + 1, option: null }
    : { command: next, argumentCount: 0, option: null }
}

async function valuesOf(
  { argChoices, description, flags }: Option,
  namesOf: NamesOf,
): Promise<readonly Candidate[] | 'files'> {
  if (argChoices !== undefined) return choices(argChoices, description)
  return candidatesFor(/<(.*)>/.exec(flags)?.[1] ?? '', namesOf)
}

function optionsOf(command: Command): readonly Candidate[] {
  const help = command.createHelp()
  return help.visibleOptions(command).flatMap(({ long, short, description }) => {
    const value = long ?? short
    return value === undefined ? [] : [{ value, meaning: description }]
  })
}

async function argumentCandidates(
  { command, argumentCount }: Place,
  namesOf: NamesOf,
): Promise<readonly Candidate[] | 'files'> {
  const argument = argumentAt(command.registeredArguments, argumentCount)
  if (argument === undefined) return []
  if (argument.argChoices !== undefined) return choices(argument.argChoices, argument.description)
  return candidatesFor(argument.name(), namesOf)
}

/** What may stand where the help says `<stack>`, `<channel>`, `<file>`; nothing for a reason or an id. */
async function candidatesFor(placeholder: string, namesOf: NamesOf): Promise<readonly Candidate[] | 'files'> {
  if (placeholder === 'kinds') return choices(KINDS, 'kind')
  const thing = NAMED_THINGS.find((named) => placeholder.startsWith(named))
  if (thing !== undefined) return choices(await namesOf(thing), thing)
  return FILES.test(placeholder) ? 'files' : []
}

const NAMED_THINGS: readonly NamedThing[] = ['stack', 'channel', 'repository']

function argumentAt(taken: readonly Argument[], index: number): Argument | undefined {
  const last = taken.at(-1)
  return taken[index] ?? (last?.variadic ? last : undefined)
}

function choices(values: readonly string[], meaning: string): readonly Candidate[] {
  return values.map((value) => ({ value, meaning }))
}

function isHidden(command: Command): boolean {
  return command.name().startsWith('__')
}
