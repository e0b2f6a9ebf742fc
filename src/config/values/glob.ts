import picomatch from 'picomatch'
import { z } from 'zod'
import { textGlobProblem } from '../../lib/text-glob.js'

/** Each star may take any length: this many cannot make a regular expression slow on a path of 4096 characters. */
const MAX_STARS = 12
const MAX_LENGTH = 256

/** Why a text cannot be a glob over file paths, or null where it can (fault 66: no pattern may be slow to match). */
export function pathGlobProblem(glob: string): string | null {
  if (glob === '' || glob === '!') return 'is empty'
  if (glob.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`
  if (/[()\0-\x1f\x7f]/.test(glob)) return 'may not hold parentheses or control characters: use {a,b}'
  if (glob.replaceAll('**', '*').split('*').length - 1 > MAX_STARS) return `has more than ${MAX_STARS} stars`
  if (glob.replace(/^!/, '').startsWith('/')) return 'must be relative to the root of the repository'
  if (glob.split('/').includes('..')) return 'may not hold ".."'
  return null
}

/**
 * A test for paths and stack names: `*` stays in a segment, `**` crosses them, `{a,b}`, `[a-z]` and `?` as in a shell.
 * Of a list, a path must match one glob without `!`, and none of those with.
 */
export function compilePathGlobs(globs: readonly string[]): (path: string) => boolean {
  const options = { dot: true, nonegate: true, noextglob: true }
  const included = globs.filter((glob) => !glob.startsWith('!'))
  const excluded = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1))
  const isIncluded = picomatch(included, options)
  const isExcluded = excluded.length === 0 ? () => false : picomatch(excluded, options)
  return (path) => included.length > 0 && isIncluded(path) && !isExcluded(path)
}

/** True where a path glob or a stack's name stands for itself only. */
export function isLiteralPathGlob(glob: string): boolean {
  return !/[*?[\]{}!\\]/.test(glob)
}

/** A glob over file paths or stack names. */
export const pathGlobSchema = globSchema(pathGlobProblem)

/** A glob over addresses, hosts, types, attribute paths, names of variables: see lib/text-glob.ts. */
export const textGlobSchema = globSchema(textGlobProblem)

function globSchema(problemOf: (glob: string) => string | null) {
  return z.string({ error: 'must be a glob' }).superRefine((glob, context) => {
    const problem = problemOf(glob)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })
}
