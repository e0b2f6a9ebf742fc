import type { ReceivedRequest, Reply } from './http-receiver.js'

/** An issue that a forge in memory holds. */
export interface HeldIssue {
  readonly number: number
  title: string
  body: string
  isOpen: boolean
  labels: readonly string[]
  readonly comments: string[]
}

/** The issues of GitHub or GitLab, as far as a channel calls them. */
export interface IssueForge {
  readonly issues: HeldIssue[]
  reply(request: ReceivedRequest): Reply
}

const json = (status: number, body: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** A forge of that kind, in memory; `setsLabels: false`: the token may not. */
export function createIssueForge(kind: 'github' | 'gitlab', setsLabels = true): IssueForge {
  const issues: HeldIssue[] = []
  const base = kind === 'github' ? '/repos/acme/infra/issues' : '/projects/acme%2Finfra/issues'
  const show = (issue: HeldIssue): object =>
    kind === 'github'
      ? {
          number: issue.number,
          state: issue.isOpen ? 'open' : 'closed',
          title: issue.title,
          body: issue.body,
          labels: issue.labels.map((name) => ({ name })),
        }
      : {
          iid: issue.number,
          state: issue.isOpen ? 'opened' : 'closed',
          title: issue.title,
          description: issue.body,
          labels: issue.labels,
        }
  const list = (query: URLSearchParams): Reply => {
    const page = Number(query.get('page'))
    const size = Number(query.get('per_page'))
    const label = query.get('labels') ?? ''
    const found = issues.filter(({ isOpen, labels }) => isOpen && labels.includes(label)).map(show)
    // GitHub lists pull requests among its issues
    const strange = kind === 'github' ? [{ number: 9_999, state: 'open', pull_request: {}, body: null }] : []
    return json(200, [...found, ...strange].slice((page - 1) * size, page * size))
  }
  const create = (body: Readonly<Record<string, unknown>>): Reply => {
    const issue: HeldIssue = {
      number: issues.length + 1,
      title: String(body.title),
      body: String(body.body ?? body.description),
      isOpen: true,
      labels: setsLabels ? [body.labels ?? []].flat().map(String) : [],
      comments: [],
    }
    issues.push(issue)
    return json(201, show(issue))
  }
  const update = (issue: HeldIssue, body: Readonly<Record<string, unknown>>): Reply => {
    issue.title = String(body.title ?? issue.title)
    issue.body = String(body.body ?? body.description ?? issue.body)
    const state = body.state ?? body.state_event
    if (state === 'closed' || state === 'close') issue.isOpen = false
    if (state === 'open' || state === 'reopen') issue.isOpen = true
    return json(200, show(issue))
  }
  return {
    issues,
    reply({ method, path, body }) {
      const { pathname, searchParams } = new URL(path, 'http://forge')
      if (!pathname.startsWith(base)) return json(404, { message: 'Not Found' })
      const data = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>)
      const [number, what] = pathname.slice(base.length + 1).split('/')
      if (!number) return method === 'GET' ? list(searchParams) : create(data)
      const issue = issues.find((one) => String(one.number) === number)
      if (issue === undefined) return json(404, { message: 'Not Found' })
      if (what === 'comments' || what === 'notes') {
        issue.comments.push(String(data.body))
        return json(201, {})
      }
      return method === 'GET' ? json(200, show(issue)) : update(issue, data)
    },
  }
}
