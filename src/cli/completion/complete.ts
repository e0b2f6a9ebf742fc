import type { Command } from 'commander'
import { printOut } from '../print-out.js'
import { completeWords } from './complete-words.js'
import { knownNames } from './known-names.js'

/** Adds the hidden command that the completion scripts ask. `buildProgram` gives the program that some words name. */
export function defineComplete(
  program: Command,
  buildProgram: (words: readonly string[]) => Promise<Command>,
): void {
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action((words: readonly string[]) => complete(words, buildProgram))
}

async function complete(
  words: readonly string[],
  buildProgram: (words: readonly string[]) => Promise<Command>,
): Promise<void> {
  const program = await buildProgram(words)
  const candidates = await completeWords(program, words, (thing) => knownNames(thing, words, process.cwd()))
  if (candidates === 'files') return printOut(':files')
  const lines = candidates.map(({ value, meaning }) => `${value}\t${meaning}`)
  if (lines.length > 0) await printOut(lines.join('\n'))
}
