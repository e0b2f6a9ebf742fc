import { z } from 'zod'
import { expandBraces } from '../../lib/path-glob.js'
import { textGlobProblem } from '../../lib/text-glob.js'

const MAX_LENGTH = 256

/** Why a text cannot be a glob over file paths, or null where it can. */
export function pathGlobProblem(glob: string): string | null {
  if (glob === '' || glob === '!') return 'is empty'
  if (glob.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`
  if (/[()[\]\0-\x1f\x7f]/.test(glob)) return 'may hold *, **, ? and {a,b} only, no brackets or parentheses'
  if (glob.replace(/^!/, '').startsWith('/')) return 'must be relative to the root of the repository'
  if (glob.split('/').includes('..')) return 'may not hold ".."'
  return expandBraces(glob) === null ? 'has braces that stand for too many texts' : null
}

/** True where a path glob or a stack's name stands for itself only. */
export function isLiteralPathGlob(glob: string): boolean {
  return !/[*?{}!\\]/.test(glob)
}

/** A glob over file paths or stack names: see lib/path-glob.ts. */
export const pathGlobSchema = globSchema(pathGlobProblem)

/** A glob over addresses, hosts, types, attribute paths, names of variables: see lib/text-glob.ts. */
export const textGlobSchema = globSchema(textGlobProblem)

function globSchema(problemOf: (glob: string) => string | null) {
  return z.string({ error: 'must be a glob' }).superRefine((glob, context) => {
    const problem = problemOf(glob)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })
}
