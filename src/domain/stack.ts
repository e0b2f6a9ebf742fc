/** A text that is a secret (from `{file:}` or `{env:}`) or a literal. Resolved just before an engine runs. */
export interface SettingValue {
  readonly value: string
  readonly isSecret: boolean
}

/** One unit that is scanned, as the configuration has it; frozen. `Options` are those of its provider. */
export interface Stack<Options = unknown> {
  /** Unique over all repositories. For a one-shot comparison the absolute folder or playbook. */
  readonly name: string
  readonly provider: string
  readonly repository: string | null
  /** Relative to the checkout, `.` for its root: the root module, or the working directory of a playbook. */
  readonly path: string
  readonly labels: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly minCoverage: number
  readonly options: Options
}

const SEGMENT = /^[a-z0-9][a-z0-9._-]*$/
const MAX_NAME_LENGTH = 128

/** Why a text cannot be a stack's name, or null where it can (product.md, Names). */
export function stackNameProblem(name: string): string | null {
  if (name.length > MAX_NAME_LENGTH) return `is longer than ${MAX_NAME_LENGTH} characters`
  for (const segment of name.split('/')) {
    if (!SEGMENT.test(segment)) return `has the segment "${segment}", which is not [a-z0-9][a-z0-9._-]*`
    if (segment.includes('..')) return 'contains ".."'
    if (segment.endsWith('.lock')) return `has the segment "${segment}", which ends in .lock`
  }
  return null
}
