import { z } from 'zod'

/** An issue of a forge, as far as it matters here. */
export interface Issue {
  readonly number: number
  readonly isOpen: boolean
  readonly body: string
  readonly labels: readonly string[]
}

/** What an issue is to become. */
export interface IssueDraft {
  readonly title: string
  readonly body: string
  readonly isOpen: boolean
}

/** How a forge spells the few calls that issues need. Paths are relative to the base of its API. */
export interface IssueDialect {
  readonly apiUrl: string
  headers(token: string): Readonly<Record<string, string>>
  /** A page of the open issues with the label, oldest first. */
  listPath(repository: string, label: string, page: number): string
  createPath(repository: string): string
  issuePath(repository: string, number: number): string
  commentPath(repository: string, number: number): string
  readonly updateMethod: 'PATCH' | 'PUT'
  createBody(draft: IssueDraft, label: string): object
  /** `wasOpen`: how the issue stands now. */
  updateBody(draft: IssueDraft, wasOpen: boolean): object
  /** Null where an answer is no issue (GitHub lists pull requests among them). */
  toIssue(answer: unknown): Issue | null
}

export const PAGE_SIZE = 30

const githubSchema = z.object({
  number: z.int(),
  state: z.enum(['open', 'closed']),
  body: z.string().nullish(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])).catch([]),
  pull_request: z.unknown().optional(),
})

const gitlabSchema = z.object({
  iid: z.int(),
  state: z.enum(['opened', 'closed']),
  description: z.string().nullish(),
  labels: z.array(z.string()).catch([]),
})

/** https://docs.github.com/rest/issues/issues */
export const githubDialect: IssueDialect = {
  apiUrl: 'https://api.github.com',
  headers: (token) => ({
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  }),
  listPath: (repository, label, page) =>
    `repos/${repository}/issues?state=open&direction=asc&labels=${encodeURIComponent(label)}&per_page=${PAGE_SIZE}&page=${page}`,
  createPath: (repository) => `repos/${repository}/issues`,
  issuePath: (repository, number) => `repos/${repository}/issues/${number}`,
  commentPath: (repository, number) => `repos/${repository}/issues/${number}/comments`,
  updateMethod: 'PATCH',
  createBody: ({ title, body }, label) => ({ title, body, labels: [label] }),
  updateBody: ({ title, body, isOpen }) => ({ title, body, state: isOpen ? 'open' : 'closed' }),
  toIssue(answer) {
    const { data } = githubSchema.safeParse(answer)
    if (data === undefined || data.pull_request !== undefined) return null
    const labels = data.labels.flatMap((label) => (typeof label === 'string' ? [label] : (label.name ?? [])))
    return { number: data.number, isOpen: data.state === 'open', body: data.body ?? '', labels }
  },
}

/** https://docs.gitlab.com/api/issues */
export const gitlabDialect: IssueDialect = {
  apiUrl: 'https://gitlab.com/api/v4',
  headers: (token) => ({ 'private-token': token }),
  listPath: (repository, label, page) =>
    `projects/${encodeURIComponent(repository)}/issues?state=opened&sort=asc&labels=${encodeURIComponent(label)}&per_page=${PAGE_SIZE}&page=${page}`,
  createPath: (repository) => `projects/${encodeURIComponent(repository)}/issues`,
  issuePath: (repository, number) => `projects/${encodeURIComponent(repository)}/issues/${number}`,
  commentPath: (repository, number) => `projects/${encodeURIComponent(repository)}/issues/${number}/notes`,
  updateMethod: 'PUT',
  createBody: ({ title, body }, label) => ({ title, description: body, labels: label }),
  updateBody: ({ title, body, isOpen }, wasOpen) => ({
    title,
    description: body,
    ...(isOpen === wasOpen ? {} : { state_event: isOpen ? 'reopen' : 'close' }),
  }),
  toIssue(answer) {
    const { data } = gitlabSchema.safeParse(answer)
    if (data === undefined) return null
    const { iid, state, description, labels } = data
    return { number: iid, isOpen: state === 'opened', body: description ?? '', labels }
  },
}
