import { compilePathGlobs } from '../lib/path-glob.js'
import { pathGlobProblem } from './values/glob.js'

/** Where GitHub and GitLab look for it, in this order. */
export const CODE_OWNERS_FILES = [
  '.github/CODEOWNERS',
  'CODEOWNERS',
  'docs/CODEOWNERS',
  '.gitlab/CODEOWNERS',
] as const

/** The owners of a file, as written (`@acme/platform`, `ops@acme.io`); empty: it has none. */
export type OwnersOf = (file: string) => readonly string[]

interface OwnerRule {
  matches(file: string): boolean
  readonly owners: readonly string[]
}

/** `[Section][2] @default` of GitLab; `^` in front: its approval is optional, which is not our business. */
const SECTION = /^\^?\[[^\]]+\](?:\[\d+\])?(.*)$/
const MAX_RULES = 10_000

/**
 * Who owns which files, as CODEOWNERS says: the last line that matches wins, also one that names nobody. Lines that are no
 * pattern we know own nothing, as on the forges.
 */
export function parseCodeOwners(text: string): OwnersOf {
  const rules: OwnerRule[] = []
  let defaults: readonly string[] = []
  for (const line of text.split(/\r?\n/)) {
    const words = wordsOf(line)
    const [pattern, ...owners] = words
    if (pattern === undefined || rules.length >= MAX_RULES) continue
    const section = SECTION.exec(line.trim())
    if (section !== null) defaults = wordsOf(section[1] ?? '')
    else rules.push({ matches: compilePattern(pattern), owners: owners.length > 0 ? owners : defaults })
  }
  rules.reverse()
  return (file) => rules.find((rule) => rule.matches(file))?.owners ?? []
}

/** Words are parted by blanks; `\ ` is a blank in a name, and a comment goes to the end of the line. */
function wordsOf(line: string): readonly string[] {
  const content = line.replace(/(^|\s)#.*$/, '')
  const words = content.match(/(?:\\.|[^\s\\])+/g) ?? []
  return words.map((word) => word.replace(/\\([ #])/g, '$1'))
}

/** A pattern of .gitignore, without `!` and `[...]`, as globs over paths: the thing itself, and all below it. */
function compilePattern(pattern: string): (file: string) => boolean {
  const body = pattern.replace(/^\//, '').replace(/\/$/, '')
  const isAnchored = pattern.startsWith('/') || body.includes('/')
  const base = isAnchored ? body : `**/${body}`
  // `docs/*` is what lies in docs, `docs` also what lies deeper
  const deep = /(^|\/)\*$/.test(body) && isAnchored ? [] : [`${base}/**`]
  const globs = [...(pattern.endsWith('/') ? [] : [base]), ...deep]
  return globs.every((glob) => pathGlobProblem(glob) === null) ? compilePathGlobs(globs) : () => false
}
