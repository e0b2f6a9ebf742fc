import { compileTextGlob } from './text-glob.js'

/** `{a,b}{c,d}...` doubles with every pair; nobody writes more by hand. */
const MAX_ALTERNATIVES = 64
const BRACES = /\{([^{}]*)\}/
const DEEP = '**'

/**
 * A test for file paths and stack names: `*` stays in a segment, `**` as a segment stands for any number of them, none
 * included, `?` for one character, `{a,b}` for one of the texts. Of a list, a path must match one glob without `!`, and
 * none of those with. No regular expression, and at most length times length steps (fault 66).
 */
export function compilePathGlobs(globs: readonly string[]): (path: string) => boolean {
  const included = globs.filter((glob) => !glob.startsWith('!')).flatMap(compileOne)
  const excluded = globs.filter((glob) => glob.startsWith('!')).flatMap((glob) => compileOne(glob.slice(1)))
  return (path) => {
    const segments = path.split('/')
    return included.some((test) => test(segments)) && !excluded.some((test) => test(segments))
  }
}

/** The texts that the braces of a glob stand for, or null where they are too many. */
export function expandBraces(glob: string): readonly string[] | null {
  let expanded = [glob]
  while (expanded.some((text) => BRACES.test(text))) {
    expanded = expanded.flatMap((text) => {
      const [braces, inner] = BRACES.exec(text) ?? []
      return braces === undefined || inner === undefined
        ? [text]
        : inner.split(',').map((alternative) => text.replace(braces, () => alternative))
    })
    if (expanded.length > MAX_ALTERNATIVES) return null
  }
  return expanded
}

type SegmentTest = typeof DEEP | ((segment: string) => boolean)

function compileOne(glob: string): readonly ((segments: readonly string[]) => boolean)[] {
  return (expandBraces(glob) ?? []).map((text) => {
    const tests = text
      .split('/')
      .map((segment): SegmentTest => (segment === DEEP ? DEEP : compileTextGlob(segment)))
    return (segments) => matches(tests, segments)
  })
}

/** As in text-glob.ts, a step higher: on a mismatch, the last `**` takes one segment more. */
function matches(tests: readonly SegmentTest[], segments: readonly string[]): boolean {
  let test = 0
  let at = 0
  let deep = -1
  let deepAt = 0
  while (at < segments.length) {
    const current = tests[test]
    if (current === DEEP) {
      deep = test++
      deepAt = at
    } else if (current?.(segments[at] ?? '')) {
      test++
      at++
    } else if (deep !== -1) {
      test = deep + 1
      at = ++deepAt
    } else return false
  }
  while (tests[test] === DEEP) test++
  return test === tests.length
}
