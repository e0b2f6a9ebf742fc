import { afterEach, describe, expect, it } from 'vitest'
import type { DeliveryOutcome } from '../../../src/alert/channel.js'
import { createChannel } from '../../../src/alert/index.js'
import type { AlertMessage } from '../../../src/domain/alert-message.js'
import type { JsonValue } from '../../../src/domain/record.js'
import { describeChannel } from '../../contracts/channel-contract.js'
import { buildMessage, DRIFT_MESSAGE, RESOLVED_MESSAGE } from '../../helpers/build-message.js'
import { channelTools } from '../../helpers/channel-tools.js'
import { startHttpHarness } from '../../helpers/http-harness.js'
import {
  type ReceivedRequest,
  type Receiver,
  type Reply,
  startReceiver,
} from '../../helpers/http-receiver.js'
import { checkSlackPayload } from '../../helpers/slack-limits.js'

const NEVER = new AbortController().signal
const ROOT = { channel: 'C1', ts: '1.0', root: '1.0' }
let receiver: Receiver
afterEach(() => receiver?.close())

/** What Slack answers to a message that it takes. */
function accept({ path, body }: Pick<ReceivedRequest, 'path' | 'body'>, index = 0): Reply {
  const { ts } = JSON.parse(body)
  const answer = { ok: true, channel: 'C1', ts: path.endsWith('chat.update') ? ts : `${index + 1}.0` }
  return { status: 200, body: JSON.stringify(answer) }
}

const refuse = (error: string): Reply => ({ status: 200, body: JSON.stringify({ ok: false, error }) })

describeChannel('Slack, bot token', {
  start: (behaviour, secret, maxDeliveryMs = 20_000) =>
    startHttpHarness(
      {
        entry: (origin) => ({
          type: 'slack',
          options: {
            token: { env: 'CHANNEL_SECRET' },
            channel: '#ops',
            apiUrl: `${origin}/api`,
            allowPrivate: true,
          },
        }),
        secretValue: (_, value) => `xoxb-${value}`,
        accept,
        refuse: () => refuse('invalid_auth'),
        textOf: ({ body }) => body,
      },
      behaviour,
      { secret, maxDeliveryMs },
    ),
  identityOf: (received) => /· (01J\w+)"/.exec(received)?.[1] ?? '',
  check: (received) => checkSlackPayload(JSON.parse(received)),
})

interface Call {
  readonly method: string
  readonly body: Readonly<Record<string, unknown>>
}

async function post(
  message: AlertMessage,
  receipts: readonly JsonValue[],
  reply: (call: Call, index: number) => Reply | null = () => null,
): Promise<{ readonly outcome: DeliveryOutcome; readonly calls: readonly Call[] }> {
  const callOf = (request: ReceivedRequest): Call => ({
    method: request.path.replace('/api/', ''),
    body: JSON.parse(request.body),
  })
  receiver = await startReceiver(
    (request, index) => reply(callOf(request), index) ?? accept(request, index + 1),
  )
  const options = {
    token: { env: 'S' },
    channel: '#ops',
    apiUrl: `${receiver.origin}/api/`,
    allowPrivate: true,
  }
  const channel = createChannel('ops', { type: 'slack', options }, channelTools({ S: 'xoxb-canary' }))
  const outcome = await channel.deliver(message, { receipts }, NEVER)
  return { outcome, calls: receiver.requests.map(callOf) }
}

const told = ({ calls }: { readonly calls: readonly Call[] }): readonly string[] =>
  calls.map(({ method, body }) => [method, body.channel, body.ts ?? '', body.thread_ts ?? ''].join(' '))

describe('a bot in Slack', () => {
  it('begins a thread and remembers it', async () => {
    const posted = await post(DRIFT_MESSAGE, [])
    expect(told(posted)).toEqual(['chat.postMessage #ops  '])
    expect(posted.outcome).toEqual({
      status: 'delivered',
      receipt: { channel: 'C1', ts: '2.0', root: '2.0' },
      warning: null,
    })
    expect(receiver.requests[0]?.headers.authorization).toBe('Bearer xoxb-canary')
  })

  it('changes the first message in place and tells the news in the thread', async () => {
    const posted = await post(buildMessage({ reason: 'drift-changed', sequence: 2 }), [ROOT])
    expect(told(posted)).toEqual(['chat.update C1 1.0 ', 'chat.postMessage C1  1.0'])
    expect(posted.outcome).toMatchObject({ receipt: { channel: 'C1', ts: '3.0', root: '1.0' } })
    expect(posted.calls[1]?.body.reply_broadcast).toBe(false)
  })

  it.each(['severity-raised', 'repeat-due'] as const)('shows %s in the channel too', async (reason) => {
    const { calls } = await post(buildMessage({ reason, sequence: 2 }), [ROOT])
    expect(calls[1]?.body.reply_broadcast).toBe(true)
  })

  it('resolves in the thread, and marks the first message', async () => {
    const posted = await post(RESOLVED_MESSAGE, [ROOT, { channel: 'C1', ts: '2.0', root: '1.0' }])
    expect(told(posted)).toEqual(['chat.update C1 1.0 ', 'chat.postMessage C1  1.0'])
    expect(posted.calls[0]?.body.text).toBe('✅ Resolved: prod/network, 3 changes')
  })

  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])(
    'begins a new thread after %s',
    async (error) => {
      const posted = await post(RESOLVED_MESSAGE, [ROOT], ({ method }) =>
        method === 'chat.update' ? refuse(error) : null,
      )
      expect(told(posted)).toEqual(['chat.update C1 1.0 ', 'chat.postMessage #ops  '])
      expect(posted.outcome).toMatchObject({
        receipt: { root: '3.0' },
        warning: expect.stringContaining('new one'),
      })
    },
  )

  it('sends plain text where the blocks are not taken, in the first message and in the thread', async () => {
    const posted = await post(RESOLVED_MESSAGE, [ROOT], ({ body }) =>
      (body.blocks as readonly unknown[]).length > 0 ? refuse('invalid_blocks') : null,
    )
    expect(posted.calls.map(({ body }) => (body.blocks as readonly unknown[]).length > 0)).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect(posted.outcome).toMatchObject({
      status: 'delivered',
      warning: expect.stringContaining('plain text'),
    })
  })

  it('takes no receipt that it did not write', async () => {
    expect(told(await post(DRIFT_MESSAGE, [{ some: 'thing' }]))).toEqual(['chat.postMessage #ops  '])
  })

  it.each([
    ['channel_not_found', 'rejected', 'invite the bot'],
    ['not_in_channel', 'rejected', 'invite the bot'],
    ['is_archived', 'rejected', 'archived'],
    ['token_revoked', 'rejected', 'check the token'],
    ['missing_scope', 'rejected', 'chat:write'],
    ['ratelimited', 'retry', 'ratelimited'],
    ['internal_error', 'retry', 'internal_error'],
    ['what_nobody_knows', 'retry', 'what_nobody_knows'],
    ['not a <code>', 'retry', 'unknown_error'],
  ])('that is refused with %s', async (error, status, words) => {
    const { outcome } = await post(DRIFT_MESSAGE, [], () => refuse(error))
    expect(outcome).toMatchObject({ status, problem: expect.stringContaining(words) })
  })

  it.each([
    ['a page', '<html>'],
    ['half a document', '{"ok":tr'],
    ['no name for the message', '{"ok":true}'],
  ])('that is answered 200 with %s tries again', async (_, body) => {
    expect((await post(DRIFT_MESSAGE, [], () => ({ status: 200, body }))).outcome.status).toBe('retry')
  })
})
