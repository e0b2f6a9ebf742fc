/** Longer globs, or globs with more stars, are refused: matching stays in the microseconds for any text. */
export const MAX_GLOB_LENGTH = 512

/**
 * A test for names that are no file paths (addresses, environment variables, attribute paths): `*` stands for any
 * text, `/` and `.` included, `?` for one character, `\` takes the next character as it is, everything else for
 * itself, brackets and quotes too (`aws_instance.web["a"]`). No regular expression: at most length times length steps.
 */
export function compileTextGlob(glob: string): (text: string) => boolean {
  const tokens = tokenize(glob)
  if (tokens.every((token) => token.kind === 'char')) {
    const literal = tokens.map((token) => token.char).join('')
    return (text) => text === literal
  }
  return (text) => matches(tokens, [...text])
}

/** Why a text cannot be a glob, or null where it can. */
export function textGlobProblem(glob: string): string | null {
  if (glob === '') return 'is empty'
  if (glob.length > MAX_GLOB_LENGTH) return `is longer than ${MAX_GLOB_LENGTH} characters`
  return null
}

/** True where the text stands for itself only. */
export function isLiteralGlob(glob: string): boolean {
  return !/[*?\\]/.test(glob)
}

interface Token {
  readonly kind: 'any' | 'one' | 'char'
  readonly char: string
}

function tokenize(glob: string): readonly Token[] {
  const tokens: Token[] = []
  const characters = [...glob]
  for (let i = 0; i < characters.length; i++) {
    const char = characters[i] ?? ''
    if (char === '*') {
      if (tokens.at(-1)?.kind !== 'any') tokens.push({ kind: 'any', char })
    } else if (char === '?') tokens.push({ kind: 'one', char })
    else if (char === '\\' && i + 1 < characters.length)
      tokens.push({ kind: 'char', char: characters[++i] ?? '' })
    else tokens.push({ kind: 'char', char })
  }
  return tokens
}

/** The usual two-pointer walk: on a mismatch, the last star takes one character more. */
function matches(tokens: readonly Token[], text: readonly string[]): boolean {
  let token = 0
  let at = 0
  let star = -1
  let starAt = 0
  while (at < text.length) {
    const current = tokens[token]
    if (current?.kind === 'any') {
      star = token++
      starAt = at
    } else if (current && (current.kind === 'one' || current.char === text[at])) {
      token++
      at++
    } else if (star !== -1) {
      token = star + 1
      at = ++starAt
    } else return false
  }
  while (tokens[token]?.kind === 'any') token++
  return token === tokens.length
}
