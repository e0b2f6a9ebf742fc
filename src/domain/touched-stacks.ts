/** What one stack is made of at one commit. */
export interface StackInputs {
  /** Every file it depends on, relative to the repository's root. */
  readonly files: readonly string[]
  /** Its settings and the ignore rules that speak of it, as a text: another one where any of them changed. */
  readonly settings: string
}

/** The stacks of a repository at one commit, by name. */
export type InputsByStack = ReadonlyMap<string, StackInputs>

/** What is compared. */
export interface CommitChange {
  /** Files that differ between the two commits, under both names where one was renamed; null: nobody knows. */
  readonly changedFiles: readonly string[] | null
  /** Null: nobody knows. */
  readonly before: InputsByStack | null
  readonly after: InputsByStack
}

/**
 * The stacks that a commit touches, in their order in `after`: those that are new, whose settings changed, or of whose
 * files one changed, appeared or is gone. Where something is not known, all of them.
 */
export function decideTouched({ changedFiles, before, after }: CommitChange): readonly string[] {
  if (changedFiles === null || before === null) return [...after.keys()]
  const changed = new Set(changedFiles)
  return [...after].flatMap(([name, now]) => {
    const then = before.get(name)
    const isSame = then !== undefined && then.settings === now.settings
    return isSame && !hasAny(changed, then.files) && !hasAny(changed, now.files) ? [] : [name]
  })
}

/**
 * The files of a stack where they are the same after the change as before: none of them changed, and nothing is new in
 * the repository that it could depend on from now on. Null: they must be read anew.
 */
export function unchangedFiles(
  stack: string,
  changes: readonly { readonly path: string; readonly change: string }[] | null,
  before: InputsByStack | null,
): readonly string[] | null {
  const files = before?.get(stack)?.files
  if (files === undefined || changes === null) return null
  if (changes.some(({ change }) => change === 'added')) return null
  return hasAny(new Set(changes.map(({ path }) => path)), files) ? null : files
}

function hasAny(changed: ReadonlySet<string>, files: readonly string[]): boolean {
  return files.some((file) => changed.has(file))
}
