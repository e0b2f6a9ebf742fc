import { posix } from 'node:path'
import { z } from 'zod'

const EXPECTED = 'must be a path relative to the root of the repository'

/** Why a text is no path inside a repository, or null where it is one. `.` is the root. */
export function relativePathProblem(path: string): string | null {
  if (path === '') return EXPECTED
  if (path.length > 4_096) return 'is longer than 4096 characters'
  if (/[\0-\x1f\x7f]/.test(path)) return 'may not hold control characters'
  if (posix.isAbsolute(path) || path.startsWith('~')) return `${EXPECTED}, not absolute`
  if (path.split('/').includes('..')) return `${EXPECTED}, without ".."`
  return null
}

/** A path inside the repository; gives it without `./`, doubled and trailing slashes, `.` for the root. */
export const relativePathSchema = z.string({ error: EXPECTED }).transform((path, context) => {
  const message = relativePathProblem(path)
  if (message === null) return normalizeRelativePath(path)
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})

/** `./live//prod/` as `live/prod`. */
export function normalizeRelativePath(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, '$1')
}
