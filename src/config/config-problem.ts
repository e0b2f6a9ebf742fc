/** One thing that is wrong in a configuration file. */
export interface ConfigProblem {
  readonly file: string
  /** Both begin at 1. */
  readonly line: number
  readonly column: number
  /** The key, as `repositories[0].stacks[1].schedule`; empty for the whole file. */
  readonly path: string
  /** What is wrong, to be read after the path. Never holds a value that may be secret. */
  readonly message: string
  /** `did you mean pollEvery?` */
  readonly suggestion?: string
}

/** A path as people read it: `repositories[0].stacks[1].schedule`, `labels["a.b"]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    const name = String(key)
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === '' ? name : `${text}.${name}`
  }, '')
}

/** `driftd.yaml:12:5: repositories[0].url: is empty (did you mean ...?)` */
export function formatProblem(problem: ConfigProblem): string {
  const at = `${problem.file}:${problem.line}:${problem.column}: `
  const path = problem.path === '' ? '' : `${problem.path}: `
  const suggestion = problem.suggestion === undefined ? '' : ` (${problem.suggestion})`
  return `${at}${path}${problem.message}${suggestion}`
}
