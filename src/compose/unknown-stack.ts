import { DriftError } from '../domain/errors.js'
import { suggest } from '../lib/text/suggest.js'

/** STACK_UNKNOWN for a name that is none of the known ones, with the one that may be meant. */
export function unknownStack(name: string, known: readonly string[]): DriftError {
  const hint = suggest(name, known) ?? '`driftd status` lists the names, `driftd scan` finds new ones'
  return new DriftError('STACK_UNKNOWN', `no stack is named "${name}": ${hint}`)
}
