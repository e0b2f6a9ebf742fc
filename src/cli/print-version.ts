import { readVersion } from './version.js'

/**
 * Prints the version where that is all a command line asks for, and tells whether it did. Done before anything else is
 * loaded: editors, prompts and scripts ask for it all the time.
 */
export function printVersion(argv: readonly string[]): boolean {
  const [, , option, ...rest] = argv
  if ((option !== '--version' && option !== '-V') || rest.length > 0) return false
  process.stdout.write(`${readVersion()}\n`)
  return true
}
