import type { ChangedFile, FileChange, HistoryCommit } from './history.js'

/** No field of Git's own begins with it where a commit or the state of a file may stand. */
const COMMIT_MARK = '\x01'
const FIELDS_PER_COMMIT = 7

/** The format of `git log -z` that `commitReader` reads: no mailmap, which the repository could set. */
export const COMMIT_FORMAT = `%x01%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce%x00%cI`

/** Puts commits together from the fields of `git log -z --name-status`; `onItem` is called for each commit and file. */
export function commitReader(onItem: () => void): {
  readonly onField: (field: string) => void
  readonly commits: readonly HistoryCommit[]
} {
  const commits: HistoryCommit[] = []
  let header: string[] = []
  let files: ChangedFile[] = []
  const readFile = changedFileReader((file) => {
    onItem()
    files.push(file)
  })
  function onField(field: string): void {
    const isInside = header.length > 0 && header.length < FIELDS_PER_COMMIT
    const isFirst = !readFile.isInside() && field.startsWith(COMMIT_MARK)
    if (!isInside && !isFirst) readFile.onField(field)
    else addToHeader(isInside ? field : field.slice(COMMIT_MARK.length), isInside)
  }
  function addToHeader(text: string, isInside: boolean): void {
    header = isInside ? [...header, text] : [text]
    if (header.length < FIELDS_PER_COMMIT) return
    onItem()
    files = []
    commits.push(toCommit(header, files))
  }
  return { onField, commits }
}

/** Puts changed files together from the fields of `--name-status -z --no-renames`. */
export function changedFileReader(onFile: (file: ChangedFile) => void): {
  readonly onField: (field: string) => void
  /** The next field is a path, whatever it looks like. */
  isInside(): boolean
} {
  let change: FileChange | null = null
  return {
    isInside: () => change !== null,
    onField(field) {
      if (change === null) {
        // `git log` puts a line break between a commit and its first file
        const state = field.trim()
        if (state !== '') change = toChange(state)
        return
      }
      onFile({ path: field, change })
      change = null
    },
  }
}

function toChange(state: string): FileChange {
  if (state === 'A') return 'added'
  return state === 'D' ? 'removed' : 'modified'
}

function toCommit(header: readonly string[], files: readonly ChangedFile[]): HistoryCommit {
  const [id = '', parents = '', name = '', email = '', committer = '', committerEmail = '', at = ''] = header
  return {
    id,
    parents: parents.split(' ').filter(Boolean),
    author: { name, email },
    committer: { name: committer, email: committerEmail },
    committedAt: toUtc(at),
    files,
  }
}

/** A date that no calendar has is that of the epoch: hostile commits have any. */
function toUtc(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString()
}
