import MarkdownIt from 'markdown-it'
import { afterEach, describe, expect, it } from 'vitest'
import type { DeliveryOutcome } from '../../../src/alert/channel.js'
import { createChannel } from '../../../src/alert/index.js'
import type { AlertMessage } from '../../../src/domain/alert-message.js'
import type { JsonValue } from '../../../src/domain/record.js'
import { describeChannel } from '../../contracts/channel-contract.js'
import { buildMessage, DIGEST_MESSAGE, DRIFT_MESSAGE, RESOLVED_MESSAGE } from '../../helpers/build-message.js'
import { channelTools } from '../../helpers/channel-tools.js'
import { startHttpHarness } from '../../helpers/http-harness.js'
import {
  type ReceivedRequest,
  type Receiver,
  type Reply,
  startReceiver,
} from '../../helpers/http-receiver.js'
import { createIssueForge, type IssueForge } from '../../helpers/issue-forge.js'

const NEVER = new AbortController().signal
let receiver: Receiver
afterEach(() => receiver?.close())

const optionsFor = (forge: 'github' | 'gitlab', origin: string): Readonly<Record<string, unknown>> => ({
  forge,
  repository: 'acme/infra',
  token: { env: 'CHANNEL_SECRET' },
  label: 'driftd',
  maxOpen: 2,
  apiUrl: origin,
  allowPrivate: true,
})

describe.each(['github', 'gitlab'] as const)('%s', (forge) => {
  describeChannel(`issues of ${forge}`, {
    start(behaviour, secret, maxDeliveryMs = 20_000) {
      const { reply } = createIssueForge(forge)
      return startHttpHarness(
        {
          entry: (origin) => ({ type: 'issue', options: { ...optionsFor(forge, origin), maxOpen: 100 } }),
          secretValue: (_, value) => value,
          accept: reply,
          refuse: () => ({ status: 403 }),
          textOf: ({ method, path, body }) =>
            method === 'POST' && !path.includes('/notes') && !path.includes('/comments')
              ? bodyOf(body)
              : null,
        },
        behaviour,
        { secret, maxDeliveryMs },
      )
    },
    identityOf: (received) => /<!-- driftd:alert:\w+ -->/.exec(received)?.[0] ?? '',
    check: checkMarkdown,
    sendsAll: false,
    isOfMatter: true,
  })

  it('opens one issue, changes it in place, and closes it when all is over', async () => {
    const held = createIssueForge(forge)
    const first = await deliver(forge, held, DRIFT_MESSAGE)
    expect(first).toEqual({ status: 'delivered', receipt: { number: 1 }, warning: null })
    expect(held.issues[0]).toMatchObject({
      title: 'CRITICAL prod/network: 3 changes (1 deletion)',
      isOpen: true,
      labels: ['driftd'],
    })
    const changed = buildMessage({
      reason: 'drift-changed',
      sequence: 2,
      summary: 'MEDIUM drift: prod/network',
    })
    await deliver(forge, held, changed, [{ number: 1 }])
    expect(held.issues[0]?.title).toBe('MEDIUM prod/network: changed aws_vpc.main')
    expect(held.issues[0]?.comments).toHaveLength(1)
    await deliver(forge, held, RESOLVED_MESSAGE, [{ number: 1 }])
    expect(held.issues).toHaveLength(1)
    expect(held.issues[0]).toMatchObject({
      title: 'RESOLVED prod/network: 3 changes resolved',
      isOpen: false,
    })
  })

  it('finds the issue that it made although nothing is remembered of it', async () => {
    const held = createIssueForge(forge)
    await deliver(forge, held, DRIFT_MESSAGE)
    expect(await deliver(forge, held, DRIFT_MESSAGE)).toMatchObject({ receipt: { number: 1 } })
    expect(held.issues).toHaveLength(1)
  })

  it('finds it beyond the first page', async () => {
    const held = createIssueForge(forge)
    const other = (number: number) => ({
      number,
      title: 'x',
      body: 'x',
      isOpen: true,
      labels: ['driftd'],
      comments: [],
    })
    held.issues.push(...Array.from({ length: 65 }, (_, index) => other(index + 1)))
    await deliver(forge, held, DRIFT_MESSAGE)
    expect(await deliver(forge, held, DRIFT_MESSAGE)).toMatchObject({ receipt: { number: 66 } })
    expect(held.issues).toHaveLength(66)
  })

  it('makes another where the one that it remembers was deleted', async () => {
    const held = createIssueForge(forge)
    expect(await deliver(forge, held, DRIFT_MESSAGE, [{ number: 7 }])).toMatchObject({
      receipt: { number: 1 },
    })
  })

  it('lets no more be open than it may, and says so', async () => {
    const held = createIssueForge(forge)
    for (const alertKey of ['a', 'b']) await deliver(forge, held, buildMessage({ alertKey }))
    const outcome = await deliver(forge, held, buildMessage({ alertKey: 'c' }))
    expect(outcome).toMatchObject({ status: 'rejected', problem: expect.stringContaining('maxOpen is 2') })
    expect(held.issues).toHaveLength(2)
    expect(await deliver(forge, held, buildMessage({ alertKey: 'a', sequence: 2 }))).toMatchObject({
      status: 'delivered',
    })
  })

  it('leaves closed what somebody closed, until there is news', async () => {
    const held = createIssueForge(forge)
    await deliver(forge, held, DRIFT_MESSAGE)
    const [issue] = held.issues
    if (issue) issue.isOpen = false
    const reminder = { ...DRIFT_MESSAGE, reason: 'repeat-due' as const, sequence: 2 }
    expect(await deliver(forge, held, reminder, [{ number: 1 }])).toMatchObject({
      warning: expect.stringContaining('closed'),
    })
    expect(held.issues[0]?.isOpen).toBe(false)
    await deliver(forge, held, { ...reminder, reason: 'severity-raised' }, [{ number: 1 }])
    expect(held.issues[0]?.isOpen).toBe(true)
  })

  it('has nothing to do where what is over was never told', async () => {
    const held = createIssueForge(forge)
    expect(await deliver(forge, held, RESOLVED_MESSAGE)).toEqual({
      status: 'delivered',
      receipt: null,
      warning: null,
    })
    expect(held.issues).toEqual([])
  })

  it('closes a digest at once: nobody has to work on it', async () => {
    const held = createIssueForge(forge)
    await deliver(forge, held, DIGEST_MESSAGE)
    expect(held.issues[0]).toMatchObject({
      isOpen: false,
      title: expect.stringContaining('DIGEST Weekly digest'),
    })
  })

  it('says where the token may not set the label', async () => {
    const outcome = await deliver(forge, createIssueForge(forge, false), DRIFT_MESSAGE)
    expect(outcome).toMatchObject({ status: 'delivered', warning: expect.stringContaining('label driftd') })
  })

  it.each<readonly [string, Reply, string]>([
    ['401', { status: 401, body: '{"message":"Bad credentials"}' }, 'rejected'],
    ['404', { status: 404 }, 'rejected'],
    ['410', { status: 410 }, 'rejected'],
    ['422', { status: 422 }, 'rejected'],
    ['403 and a wait', { status: 403, headers: { 'retry-after': '60' } }, 'retry'],
    ['403 and nothing left', { status: 403, headers: { 'x-ratelimit-remaining': '0' } }, 'retry'],
    ['429', { status: 429 }, 'retry'],
    ['502', { status: 502, body: '<html>' }, 'retry'],
    ['200 and a page', { status: 200, body: '<html>' }, 'retry'],
    ['200 and something else', { status: 200, body: '{"a":1}' }, 'retry'],
    ['a reset', 'reset', 'retry'],
  ])('that answers %s', async (_, reply, status) => {
    const outcome = await deliver(forge, { issues: [], reply: () => reply }, DRIFT_MESSAGE)
    expect(outcome.status).toBe(status)
    expect(JSON.stringify(outcome)).not.toContain('Bad credentials')
  })
})

async function deliver(
  forge: 'github' | 'gitlab',
  { reply }: Pick<IssueForge, 'issues' | 'reply'>,
  message: AlertMessage,
  receipts: readonly JsonValue[] = [],
): Promise<DeliveryOutcome> {
  await receiver?.close()
  receiver = await startReceiver((request: ReceivedRequest) => reply(request))
  const entry = { type: 'issue', options: optionsFor(forge, `${receiver.origin}/`) }
  const channel = createChannel('issues', entry, channelTools({ CHANNEL_SECRET: 'canary-token' }))
  const outcome = await channel.deliver(message, { receipts }, NEVER)
  expect(JSON.stringify(outcome)).not.toContain('canary-token')
  return outcome
}

function bodyOf(json: string): string {
  const { body, description } = JSON.parse(json)
  return String(body ?? description)
}

/** What a reader of Markdown makes of it has no link, mention or markup that a foreign text brought. */
function checkMarkdown(body: string): void {
  if (body.length > 65_000) throw new Error(`${body.length} characters`)
  const html = new MarkdownIt({ html: true, linkify: true }).render(
    body.replace(/<!-- driftd:alert:\w+ -->/, ''),
  )
  const tags = (html.match(/<[^>]*>/g) ?? []).join('')
  if (/<(?:script|img|td style|iframe)/i.test(tags.replaceAll('<td>', ''))) throw new Error(`markup: ${tags}`)
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link)
  const strange = links.filter(
    (link) => !/^https?:\/\/(?:github\.com|driftd\.acme\.io|example\.test\/(?:a%7C|\?a=))/.test(link),
  )
  if (strange.length > 0) throw new Error(`links to ${strange.join()}`)
  // forges look for mentions and references in text, not in code
  const text = html.replace(/<code[^>]*>[\s\S]*?<\/code>/g, '').replace(/<[^>]*>/g, '')
  if (/(?<!\w)@(?=\w)/.test(text)) throw new Error('somebody is spoken to')
  if (/(?<![\w&])[#!]\d/.test(text)) throw new Error('an issue is referred to')
  if (/^\/[a-z]/m.test(body)) throw new Error('a line is a command')
}
