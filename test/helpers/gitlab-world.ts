import { ACCOUNTS, type Account, type HostedForge, type HostedPull, type Word } from './hosted-forge.js'

/** A call, by the name that the documentation has for it. */
export interface GitLabAsked {
  readonly key: string
  /** Of the path, decoded. */
  readonly parts: Readonly<Record<string, string>>
  /** Of query and body. */
  readonly given: Readonly<Record<string, string>>
}

const PROJECT_ID = 77
const FORK_ID = 78
const MR = '/projects/:id/merge_requests/:iid'
const AT = '2026-11-24T10:00:00.000Z'

/** What GitLab answers; of a list, every page. Null: 404. */
export function answerGitLab(hosted: HostedForge, { key, parts, given }: GitLabAsked): object | null {
  if (parts.id !== undefined && parts.id !== 'acme/infra') return null
  if (key.startsWith(`GET ${MR}`) || key.startsWith(`PUT ${MR}`) || key.startsWith(`POST ${MR}`)) {
    const pull = hosted.pulls.find(({ number }) => number === Number(parts.iid))
    return pull === undefined ? null : answerOfMergeRequest(pull, hosted, { key, parts, given })
  }
  const account = Object.values(ACCOUNTS).find(({ id }) => id === Number(parts.user))
  const known = (pulls: readonly HostedPull[]): object => pulls.map((pull) => toMergeRequest(pull, hosted))
  switch (key) {
    case 'GET /user':
      return toUser(ACCOUNTS.driftd)
    case 'GET /users/:user':
      return account === undefined ? null : { ...toUser(account), bot: account.isBot }
    case 'GET /projects/:id':
      return { id: PROJECT_ID, path_with_namespace: 'acme/infra' }
    case 'GET /projects/:id/approvals':
      return RULES
    case 'GET /projects/:id/members/all/:user':
      return account === undefined ? null : toMember(account, hosted)
    case 'GET /projects/:id/repository/commits/:sha/merge_requests':
      return known(hosted.pulls.filter(({ brought }) => brought.includes(parts.sha ?? '')))
    case 'GET /projects/:id/repository/files/:path':
      return toFile(parts.path ?? '', given.ref ?? '', hosted)
    case 'GET /projects/:id/merge_requests':
      // those of forks as well: the branch is all that is compared
      return known(hosted.pulls.filter(({ branch }) => branch === given.source_branch).toReversed())
    case 'POST /projects/:id/merge_requests': {
      const { source_branch: branch = '', target_branch: base = '' } = given
      return toMergeRequest(hosted.open({ branch, base, author: ACCOUNTS.driftd, isFromFork: false }), hosted)
    }
    default:
      return null
  }
}

function answerOfMergeRequest(pull: HostedPull, hosted: HostedForge, asked: GitLabAsked): object | null {
  const { key, parts, given } = asked
  switch (key) {
    case `GET ${MR}`:
      return toMergeRequest(pull, hosted)
    case `PUT ${MR}`:
      pull.state = 'closed'
      return toMergeRequest(pull, hosted)
    case `GET ${MR}/approvals`:
      return toApprovals(pull)
    case `GET ${MR}/reviewers`:
      return toReviewers(pull)
    case `GET ${MR}/commits`:
      return hosted.commitsOf(pull).map(toCommit).toReversed()
    case `GET ${MR}/diffs`:
      return hosted.filesOf(pull).map(toDiff)
    case `GET ${MR}/versions`:
      return pull.pushes.map((push, index) => toVersion(push, pull, index)).toReversed()
    case `GET ${MR}/notes`:
      return pull.notes.map((note) => toNote(note, pull))
    case `POST ${MR}/notes`:
      pull.notes.push({ id: pull.number * 1_000 + pull.notes.length, body: given.body ?? '' })
      return toNote(pull.notes.at(-1), pull)
    case `PUT ${MR}/notes/:note`: {
      const note = pull.notes.find(({ id }) => id === Number(parts.note))
      if (note === undefined) return null
      note.body = given.body ?? ''
      return toNote(note, pull)
    }
    default:
      return null
  }
}

const RULES = {
  approvals_before_merge: 0,
  reset_approvals_on_push: true,
  selective_code_owner_removals: false,
  disable_overriding_approvers_per_merge_request: false,
  merge_requests_author_approval: false,
  merge_requests_disable_committers_approval: true,
}

/** The last word but these, of each account that is still there. */
function lastWords({ words }: HostedPull, ...without: readonly Word['kind'][]): readonly Word[] {
  const latest = new Map<Account, Word>()
  for (const word of words.filter(({ kind }) => !without.includes(kind)))
    if (word.account !== null) latest.set(word.account, word)
  return [...latest.values()]
}

function toApprovals(pull: HostedPull): object {
  // who asks for changes afterwards is still in this list
  const words = lastWords(pull, 'comment', 'changes-requested')
  const approved = words.filter(({ kind }) => kind === 'approved')
  const approved_by = approved.map(({ account, at }) => ({
    user: account && toUser(account),
    approved_at: at,
  }))
  const { id, number: iid } = pull
  return { id, iid, project_id: PROJECT_ID, approvals_required: 0, approvals_left: 0, approved_by }
}

const REVIEWER_STATES = {
  approved: 'approved',
  'changes-requested': 'requested_changes',
  comment: 'reviewed',
  withdrawn: 'unapproved',
} as const

/** Every comment is of a reviewer of its own here: that is how many there may be. */
function toReviewers(pull: HostedPull): object {
  const comments = pull.words.filter(({ kind }) => kind === 'comment')
  const crowd = comments.map((word, index) => ({
    ...word,
    account: { id: 1_000 + index, login: `reviewer${index}`, isBot: false },
  }))
  return [...crowd, ...lastWords(pull, 'comment')].map(({ account, kind, at }) => ({
    user: account && toUser(account),
    state: REVIEWER_STATES[kind],
    created_at: at,
  }))
}

function toMergeRequest(pull: HostedPull, hosted: HostedForge): object {
  const { id, number: iid, state, mergedAt, base, branch, author, isFromFork } = pull
  return {
    id,
    iid,
    project_id: PROJECT_ID,
    title: 'x',
    description: null,
    state: state === 'open' ? 'opened' : state,
    created_at: AT,
    merged_at: mergedAt,
    target_branch: base,
    source_branch: branch,
    author: toUser(author),
    source_project_id: isFromFork ? FORK_ID : PROJECT_ID,
    target_project_id: PROJECT_ID,
    sha: hosted.headOf(pull),
    merge_commit_sha: null,
    squash_commit_sha: null,
    web_url: `https://gitlab.com/acme/infra/-/merge_requests/${iid}`,
  }
}

function toUser({ id, login }: Account): object {
  const web_url = `https://gitlab.com/${login}`
  return { id, username: login, name: login, state: 'active', avatar_url: null, web_url }
}

const LEVELS = { write: 30, read: 20 } as const

function toMember(account: Account, { rights }: HostedForge): object | null {
  const right = rights.get(account)
  return right === undefined ? null : { ...toUser(account), access_level: LEVELS[right], expires_at: null }
}

function toFile(path: string, ref: string, { blobAt }: HostedForge): object | null {
  const blob_id = blobAt(ref, path)
  if (blob_id === null) return null
  return { file_name: path.split('/').at(-1), file_path: path, ref, blob_id, commit_id: ref }
}

function toCommit({ id, parents }: ReturnType<HostedForge['commitsOf']>[number]): object {
  return {
    id,
    short_id: id.slice(0, 8),
    title: 'x',
    author_name: 'a',
    author_email: 'a@example.com',
    created_at: AT,
    parent_ids: parents,
  }
}

function toDiff({ path, letter }: ReturnType<HostedForge['filesOf']>[number]): object {
  return {
    old_path: path,
    new_path: path,
    a_mode: '0',
    b_mode: '100644',
    diff: '',
    new_file: letter === 'A',
    renamed_file: false,
    deleted_file: letter === 'D',
  }
}

function toVersion({ after, at }: HostedPull['pushes'][number], { id }: HostedPull, index: number): object {
  return {
    id: 110 + index,
    head_commit_sha: after,
    base_commit_sha: after,
    start_commit_sha: after,
    created_at: at,
    merge_request_id: id,
    state: 'collected',
    real_size: '1',
  }
}

function toNote(note: HostedPull['notes'][number] | undefined, { id, number }: HostedPull): object | null {
  if (note === undefined) return null
  return {
    ...note,
    author: toUser(ACCOUNTS.driftd),
    created_at: AT,
    system: false,
    noteable_id: id,
    noteable_type: 'MergeRequest',
    noteable_iid: number,
  }
}
