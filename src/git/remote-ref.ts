/** Where a ref points. */
export interface RemoteRef {
  /** `refs/heads/main`, `refs/tags/v1`, or `HEAD`. */
  readonly fullName: string
  /** The commit; of an annotated tag, the commit it names. */
  readonly commit: string
}

/** The patterns to ask `ls-remote` for; null is the remote's default branch. */
export function lsRemotePatterns(ref: string | null): readonly string[] {
  return candidates(ref).flatMap((name) => (name.startsWith('refs/tags/') ? [name, `${name}^{}`] : [name]))
}

/** The ref in the output of `git ls-remote`, or null: a branch before a tag of the same name. */
export function findRemoteRef(lsRemote: string, ref: string | null): RemoteRef | null {
  const commits = new Map(
    lsRemote.split('\n').flatMap((line) => {
      const [, commit, name] = /^([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)$/.exec(line) ?? []
      return commit !== undefined && name !== undefined ? [[name, commit] as const] : []
    }),
  )
  for (const fullName of candidates(ref)) {
    const commit = commits.get(`${fullName}^{}`) ?? commits.get(fullName)
    if (commit !== undefined) return { fullName, commit }
  }
  return null
}

function candidates(ref: string | null): readonly string[] {
  if (ref === null || ref === 'HEAD') return ['HEAD']
  return ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`]
}
