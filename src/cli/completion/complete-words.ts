import type { Argument, Command, Option } from 'commander'

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
  stackNames: () => Promise<readonly string[]>,
): Promise<readonly Candidate[] | 'files'> {
  const before = words.slice(0, -1).filter((word) => word !== '=')
  const place = findPlace(program, before)
  const current = words.at(-1) ?? ''
  if (place.option !== null) return valuesOf(place.option)
  if (current.startsWith('-')) return optionsOf(place.command)
  const subcommands = place.command.commands.filter((command) => !isHidden(command))
  if (subcommands.length > 0) {
    return subcommands.map((command) => ({ value: command.name(), meaning: command.description() }))
  }
  return argumentCandidates(place, stackNames)
}

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

function valuesOf(option: Option): readonly Candidate[] | 'files' {
  return option.argChoices === undefined ? 'files' : choices(option.argChoices, option.description)
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
  stackNames: () => Promise<readonly string[]>,
): Promise<readonly Candidate[] | 'files'> {
  const argument = argumentAt(command.registeredArguments, argumentCount)
  if (argument === undefined) return []
  if (argument.argChoices !== undefined) return choices(argument.argChoices, argument.description)
  return argument.name().startsWith('stack') ? choices(await stackNames(), 'stack') : 'files'
}

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
