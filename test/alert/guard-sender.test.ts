import { describe, expect, it } from 'vitest'
import type { DeliveryOutcome } from '../../src/alert/channel.js'
import { type Delivery, DeliveryEnded } from '../../src/alert/channel-kind.js'
import { decideOutcome, guardSender } from '../../src/alert/guard-sender.js'
import { DriftError } from '../../src/domain/errors.js'
import { buildMessage } from '../helpers/build-message.js'
import { channelTools } from '../helpers/channel-tools.js'

const SECRET = { env: 'S' }
const VALUE = 'canary/secret "value"'

async function deliver(
  send: (delivery: Delivery) => Promise<DeliveryOutcome>,
  signal = new AbortController().signal,
): Promise<DeliveryOutcome> {
  const tools = channelTools({ S: VALUE }, { maxDeliveryMs: 20_000 })
  const channel = guardSender({ minIntervalMs: 0, send }, { name: 'ops', type: 'x', tools })
  return channel.deliver(buildMessage(), { receipts: [] }, signal)
}

describe('a guarded sender', () => {
  it('makes a defect an outcome', async () => {
    const outcome = await deliver(() => {
      throw new TypeError('x is undefined')
    })
    expect(outcome).toEqual({ status: 'rejected', problem: 'x is undefined (INTERNAL)' })
  })

  it('takes an outcome from deep inside', async () => {
    const ended: DeliveryOutcome = { status: 'retry', problem: 'later', retryAfterMs: 5 }
    expect(await deliver(() => Promise.reject(new DeliveryEnded(ended)))).toEqual(ended)
  })

  it.each([
    ['in an error', () => Promise.reject(new Error(`login ${VALUE} failed`))],
    [
      'in a problem',
      async () => ({ status: 'retry', problem: `${VALUE} ${encodeURIComponent(VALUE)}`, retryAfterMs: null }),
    ],
    ['in Base64', async () => ({ status: 'rejected', problem: Buffer.from(VALUE).toString('base64') })],
    [
      'in a warning and a receipt',
      async () => ({ status: 'delivered', receipt: { at: VALUE }, warning: VALUE }),
    ],
  ] as const)('withholds a secret %s', async (_, result) => {
    const outcome = await deliver(async ({ read }) => {
      await read(SECRET)
      return result() as Promise<DeliveryOutcome>
    })
    expect(JSON.stringify(outcome)).not.toMatch(/canary|Y2FuYXJ5/)
    expect(JSON.stringify(outcome)).toContain('(sensitive)')
  })

  it('keeps what is told short, and on one line', async () => {
    const problem = `a\r\n\u001b[31m${'x'.repeat(10_000)}`
    const outcome = await deliver(async () => ({ status: 'rejected', problem }))
    expect(outcome).toMatchObject({ problem: expect.stringMatching(/^a\\r\\n\\u001b\[31mx+…$/) })
    expect(JSON.stringify(outcome).length).toBeLessThan(600)
  })

  it('leaves a sender behind that does not end when it is told to', async () => {
    const controller = new AbortController()
    const outcome = deliver(() => new Promise(() => {}), controller.signal)
    controller.abort()
    expect(await outcome).toMatchObject({ status: 'retry', retryAfterMs: null })
  })
})

describe('decideOutcome', () => {
  it.each([
    ['HTTP_FAILED', 'retry'],
    ['TIMEOUT', 'retry'],
    ['SECRET_UNAVAILABLE', 'retry'],
    ['ENDPOINT_REFUSED', 'rejected'],
    ['ENGINE_MISSING', 'rejected'],
    ['INTERNAL', 'rejected'],
  ] as const)('takes %s as %s', (code, status) => {
    expect(decideOutcome(new DriftError(code, 'why')).status).toBe(status)
  })
})
