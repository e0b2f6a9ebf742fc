import type { Command } from 'commander'

/** A command that is known by name; how it is defined and what it does is loaded when it is named. */
export interface LazyCommand {
  readonly name: string
  readonly description: string
  /** As commander writes them (`[stack...]`), each with its description. */
  readonly arguments?: Readonly<Record<string, string>>
  /** Gives what adds options, examples and action. */
  load(): Promise<(command: Command) => void>
}

/** Adds all commands to a program; those that the words of a command line name are defined in full. */
export async function addLazyCommands(
  program: Command,
  commands: readonly LazyCommand[],
  words: readonly string[],
): Promise<void> {
  for (const { name, description, arguments: taken = {}, load } of commands) {
    const command = program.command(name).description(description)
    for (const [argument, meaning] of Object.entries(taken)) command.argument(argument, meaning)
    if (words.includes(name)) (await load())(command)
  }
}
