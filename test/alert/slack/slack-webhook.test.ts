import { afterEach, describe, expect, it } from 'vitest'
import type { DeliveryOutcome } from '../../../src/alert/channel.js'
import { createChannel } from '../../../src/alert/index.js'
import { describeChannel } from '../../contracts/channel-contract.js'
import { DRIFT_MESSAGE } from '../../helpers/build-message.js'
import { channelTools } from '../../helpers/channel-tools.js'
import { startHttpHarness } from '../../helpers/http-harness.js'
import { type Receiver, type Reply, startReceiver } from '../../helpers/http-receiver.js'
import { checkSlackPayload } from '../../helpers/slack-limits.js'

const NEVER = new AbortController().signal
let receiver: Receiver
afterEach(() => receiver?.close())

describeChannel('Slack, incoming webhook', {
  start: (behaviour, secret, maxDeliveryMs = 20_000) =>
    startHttpHarness(
      {
        entry: () => ({
          type: 'slack',
          options: {
            webhookUrl: { env: 'CHANNEL_SECRET' },
            allowPrivate: true,
            apiUrl: 'https://slack.com/api',
          },
        }),
        secretValue: (origin, value) => `${origin}/services/T000/B000/${value}`,
        accept: () => ({ status: 200, body: 'ok' }),
        refuse: () => ({ status: 404, body: 'no_service' }),
        textOf: ({ body }) => body,
      },
      behaviour,
      { secret, maxDeliveryMs },
    ),
  identityOf: (received) => /· (01J\w+)"/.exec(received)?.[1] ?? '',
  check: (received) => checkSlackPayload(JSON.parse(received)),
})

async function post(...replies: readonly Reply[]): Promise<DeliveryOutcome> {
  receiver = await startReceiver((_, index) => replies[Math.min(index, replies.length - 1)] ?? 'hang')
  const options = { webhookUrl: { env: 'S' }, allowPrivate: true }
  const tools = channelTools({ S: `${receiver.origin}/services/canary-path` })
  const outcome = await createChannel('ops', { type: 'slack', options }, tools).deliver(
    DRIFT_MESSAGE,
    { receipts: [] },
    NEVER,
  )
  expect(JSON.stringify(outcome)).not.toContain('canary-path')
  return outcome
}

describe('an incoming webhook of Slack', () => {
  it('gets everything in one line as text, and the rest as blocks', async () => {
    await post({ status: 200, body: 'ok' })
    const { text, blocks } = JSON.parse(receiver.requests[0]?.body ?? '')
    expect(text).toBe('🔴 CRITICAL drift: prod/network, 3 changes (1 deletion)')
    expect(blocks[0].text.text).toBe('🔴 CRITICAL  prod/network: 3 changes (1 deletion)')
    const sections = blocks.map((block: { text?: { text: string } }) => block.text?.text ?? '')
    expect(sections).toContainEqual(
      expect.stringContaining('*CRITICAL*  ~ changed  `aws_security_group.web`  <https://github.com/'),
    )
    expect(sections.join()).toContain('only actual  {from_port: 22')
    expect(sections.join()).toContain('(sensitive) differs; both values are withheld')
    expect(sections.join()).toContain('`driftd remediate prod/network`')
    const { elements } = blocks.find((block: { type: string }) => block.type === 'actions')
    expect(elements[0].url).toBe('https://driftd.acme.io/stacks/prod/network')
  })

  it.each([
    ['200 ok', { status: 200, body: 'ok' }, 'delivered'],
    ['200 ok, as Mattermost says it', { status: 200, body: '{"ok":true}' }, 'delivered'],
    ['200 and a page', { status: 200, body: '<html>log in</html>' }, 'rejected'],
    ['200 and nothing', { status: 200 }, 'rejected'],
    ['301', { status: 301, headers: { location: '/' } }, 'rejected'],
    ['403', { status: 403, body: 'action_prohibited' }, 'rejected'],
    ['404', { status: 404, body: 'no_service' }, 'rejected'],
    ['410', { status: 410, body: 'channel_is_archived' }, 'rejected'],
    ['429', { status: 429 }, 'retry'],
    ['500', { status: 500, body: 'rollup_error' }, 'retry'],
    ['a reset', 'reset', 'retry'],
    ['a reset in its answer', 'reset-in-body', 'retry'],
    ['a reset after its answer', 'reset-after-body', 'delivered'],
  ] as const)('that answers with %s', async (_, reply, status) => {
    expect((await post(reply)).status).toBe(status)
    expect(receiver.requests).toHaveLength(1)
  })

  it.each([
    ['7', 7_000],
    ['Tue, 24 Nov 2026 12:00:09 GMT', 9_000],
    ['whenever', null],
    ['99999999999', 86_400_000],
  ])('is waited for as its "Retry-After: %s" says', async (header, retryAfterMs) => {
    const outcome = await post({ status: 429, headers: { 'retry-after': header } })
    expect(outcome).toMatchObject({ status: 'retry', retryAfterMs })
  })

  it.each(['invalid_blocks', 'msg_blocks_too_long'])('gets plain text once after %s', async (body) => {
    const outcome = await post({ status: 400, body }, { status: 200, body: 'ok' })
    expect(outcome).toMatchObject({ status: 'delivered', warning: expect.stringContaining('plain text') })
    const [rich, plain] = receiver.requests.map((request) => JSON.parse(request.body))
    expect(rich.blocks.length).toBeGreaterThan(3)
    expect(plain.blocks).toBeUndefined()
    for (const address of ['aws_security_group.web', 'aws_iam_role_policy.deploy', 'database_cpu'])
      expect(plain.text).toContain(address)
    checkSlackPayload(plain)
  })

  it('gives up where not even plain text is taken', async () => {
    const outcome = await post({ status: 400, body: 'invalid_payload' })
    expect(outcome).toMatchObject({ status: 'rejected', problem: expect.stringContaining('invalid_payload') })
    expect(receiver.requests).toHaveLength(2)
  })

  it('tries again later where the plain text comes too soon', async () => {
    const outcome = await post({ status: 400, body: 'invalid_blocks' }, { status: 429 })
    expect(outcome.status).toBe('retry')
  })

  it('is asked at most once a second', () => {
    const options = { webhookUrl: { env: 'S' } }
    expect(createChannel('ops', { type: 'slack', options }, channelTools({})).minIntervalMs).toBe(1_000)
  })
})
