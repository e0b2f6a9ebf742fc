import { createHmac } from 'node:crypto'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, describe, expect, it } from 'vitest'
import type { DeliveryOutcome } from '../../../src/alert/channel.js'
import { createChannel } from '../../../src/alert/index.js'
import { documentJsonSchemas } from '../../../src/documents/document-json-schema.js'
import { describeChannel } from '../../contracts/channel-contract.js'
import { NOW_MS } from '../../helpers/build-alert.js'
import { buildMessage, DRIFT_MESSAGE, RESOLVED_MESSAGE } from '../../helpers/build-message.js'
import { channelTools } from '../../helpers/channel-tools.js'
import { STORM_MESSAGE } from '../../helpers/hostile-message.js'
import { startHttpHarness } from '../../helpers/http-harness.js'
import { type Receiver, type Reply, startReceiver } from '../../helpers/http-receiver.js'

const NEVER = new AbortController().signal
const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(
  documentJsonSchemas()['alert.schema.json'] ?? false,
)
let receiver: Receiver
afterEach(() => receiver?.close())

describeChannel('webhook', {
  start: (behaviour, secret, maxDeliveryMs = 20_000) =>
    startHttpHarness(
      {
        entry: (origin) => ({
          type: 'webhook',
          options: { url: `${origin}/drift?key=x`, secret: { env: 'CHANNEL_SECRET' }, allowPrivate: true },
        }),
        secretValue: (_, value) => value,
        accept: () => ({ status: 204 }),
        refuse: () => ({ status: 410 }),
        textOf: ({ headers, body }) => `${headers['webhook-id']}\n${body}`,
      },
      behaviour,
      { secret, maxDeliveryMs },
    ),
  identityOf: (received) => received.split('\n')[0] ?? '',
  check(received) {
    const body: unknown = JSON.parse(received.slice(received.indexOf('\n') + 1))
    if (!validate(body)) throw new Error(JSON.stringify(validate.errors?.slice(0, 3)))
  },
})

async function post(reply: Reply, secret?: string, message = DRIFT_MESSAGE): Promise<DeliveryOutcome> {
  await receiver?.close()
  receiver = await startReceiver(() => reply)
  const options = {
    url: `${receiver.origin}/drift`,
    allowPrivate: true,
    ...(secret === undefined ? {} : { secret: { env: 'S' } }),
  }
  const channel = createChannel('siem', { type: 'webhook', options }, channelTools({ S: secret ?? '' }))
  return channel.deliver(message, { receipts: [] }, NEVER)
}

describe('a webhook', () => {
  it('has the body of the documentation', async () => {
    await post({ status: 200 })
    const body = JSON.parse(receiver.requests[0]?.body ?? '')
    expect(Object.keys(body)).toEqual([
      'schemaVersion',
      'type',
      'reason',
      'stack',
      'repository',
      'commit',
      'status',
      'records',
      'resolved',
    ])
    expect(body).toMatchObject({
      schemaVersion: 1,
      type: 'drift.opened',
      reason: 'first-drift',
      stack: 'prod/network',
      repository: 'infra',
      commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
      status: 'drifted',
    })
    expect(body.records[0]).toMatchObject({ stack: 'prod/network', address: 'aws_security_group.web' })
    expect(receiver.requests[0]?.headers['content-type']).toBe('application/json')
  })

  it('tells how each difference ended', async () => {
    await post({ status: 200 }, undefined, RESOLVED_MESSAGE)
    const { type, records, resolved } = JSON.parse(receiver.requests[0]?.body ?? '')
    expect({ type, records }).toEqual({ type: 'drift.resolved', records: [] })
    expect(resolved[0]).toMatchObject({ resolution: 'remediated', address: 'aws_security_group.web' })
  })

  it('names no stack where it is about several', async () => {
    await post({ status: 200 }, undefined, STORM_MESSAGE)
    const { stack, status, records } = JSON.parse(receiver.requests[0]?.body ?? '')
    expect({ stack, status }).toEqual({ stack: null, status: null })
    expect(records[1].stack).toBe('prod/service-1')
  })

  it.each([
    ['a text', 'just-a-text', Buffer.from('just-a-text')],
    [
      'a key of Standard Webhooks',
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'),
    ],
  ])('is signed with %s, so that a receiver can check it', async (_, secret, key) => {
    await post({ status: 200 }, secret)
    const [request] = receiver.requests
    const headers = request?.headers ?? {}
    expect(headers['webhook-timestamp']).toBe(String(NOW_MS / 1_000))
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${request?.body}`
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    )
  })

  it('is not signed without a secret', async () => {
    await post({ status: 200 })
    expect(receiver.requests[0]?.headers['webhook-signature']).toBeUndefined()
  })

  it.each([
    [200, 'delivered'],
    [204, 'delivered'],
    [302, 'rejected'],
    [400, 'rejected'],
    [401, 'rejected'],
    [404, 'retry'],
    [410, 'rejected'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('that is answered %i is %s', async (status, expected) => {
    const outcome = await post({
      status,
      body: 'canary-answer',
      headers: { location: 'http://127.0.0.1:1/' },
    })
    expect(outcome.status).toBe(expected)
    expect(JSON.stringify(outcome)).not.toContain('canary-answer')
  })

  it.each([
    ['reset', 'retry'],
    ['reset-in-body', 'retry'],
    ['reset-after-body', 'delivered'],
  ] as const)('whose connection has a %s is %s', async (reply, expected) => {
    expect((await post(reply)).status).toBe(expected)
  })

  it.each([
    ['30', 30_000],
    ['Tue, 24 Nov 2026 12:05:00 GMT', 300_000],
    ['soon', null],
    ['-5', null],
    ['9'.repeat(50), 86_400_000],
  ])('waits as "Retry-After: %s" says', async (header, retryAfterMs) => {
    const outcome = await post({ status: 429, headers: { 'retry-after': header } })
    expect(outcome).toMatchObject({ status: 'retry', retryAfterMs })
  })

  it('is never sent to a private address that is not allowed', async () => {
    receiver = await startReceiver(() => ({ status: 200 }))
    const channel = createChannel(
      'siem',
      { type: 'webhook', options: { url: receiver.origin.replace('http:', 'https:'), allowPrivate: false } },
      channelTools({}),
    )
    const outcome = await channel.deliver(buildMessage(), { receipts: [] }, NEVER)
    expect(outcome).toMatchObject({ status: 'rejected' })
    expect(JSON.stringify(outcome)).toContain('ENDPOINT_REFUSED')
    expect(receiver.requests).toEqual([])
  })
})
