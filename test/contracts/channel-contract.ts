import { afterEach, describe, expect, it } from 'vitest'
import type { Channel, DeliveryOutcome } from '../../src/alert/channel.js'
import { ALERT_REASONS, type AlertMessage } from '../../src/domain/alert-message.js'
import { buildMessage, DIGEST_MESSAGE, DRIFT_MESSAGE, RESOLVED_MESSAGE } from '../helpers/build-message.js'
import { HOSTILE, HOSTILE_MESSAGE, STORM_MESSAGE } from '../helpers/hostile-message.js'

/** What the receiver of a channel does: `echo` refuses with everything that it was sent. */
export type ReceiverBehaviour = 'accept' | 'later' | 'refuse' | 'echo' | 'hang' | 'drop'

/** A channel and its receiver, for one test. */
export interface ChannelHarness {
  readonly channel: Channel
  /** Whatever reached the receiver, decoded, one text a message. */
  received(): Promise<readonly string[]>
  /** Connections or requests that reached it. */
  contacts(): number
  close(): Promise<void>
}

/** How the contract is run for a type of channel. */
export interface ChannelUnderTest {
  /** `secret` is what the channel logs in or signs with; null: the secret cannot be read. */
  start(behaviour: ReceiverBehaviour, secret: string | null, maxDeliveryMs?: number): Promise<ChannelHarness>
  /** What tells a receiver that it has a message already. */
  identityOf(received: string): string
  /** Throws where the format does not allow what was sent. */
  check(received: string): void | Promise<void>
  /** False where a message about nothing that is open leaves nothing to send. */
  readonly sendsAll?: boolean
  /** True where a later message of a matter changes what the first one made, instead of being a message of its own. */
  readonly isOfMatter?: boolean
}

const SECRET = 'canary-channel-secret-5d1f'
const NEVER = new AbortController().signal

/** What every channel must do. */
export function describeChannel(name: string, underTest: ChannelUnderTest): void {
  const open: ChannelHarness[] = []
  const start = async (
    behaviour: ReceiverBehaviour,
    { secret = SECRET, maxDeliveryMs = 20_000 }: { secret?: string | null; maxDeliveryMs?: number } = {},
  ): Promise<ChannelHarness> => {
    const harness = await underTest.start(behaviour, secret, maxDeliveryMs)
    open.push(harness)
    return harness
  }
  afterEach(async () => {
    await Promise.all(open.splice(0).map((harness) => harness.close()))
  })
  const deliver = async (
    { channel }: ChannelHarness,
    message: AlertMessage = DRIFT_MESSAGE,
    signal: AbortSignal = NEVER,
  ): Promise<DeliveryOutcome> => {
    const outcome = await channel.deliver(message, { receipts: [] }, signal)
    expect(JSON.stringify(outcome)).not.toContain(SECRET)
    expect(JSON.stringify(outcome)).not.toContain(Buffer.from(SECRET).toString('base64'))
    return outcome
  }

  describe(`${name}: the contract of a channel`, () => {
    it('delivers what there is to say: what, where, declared, actual, and what to do', async () => {
      const harness = await start('accept')
      expect(await deliver(harness)).toMatchObject({ status: 'delivered', warning: null })
      const [received = ''] = await harness.received()
      await underTest.check(received)
      for (const text of ['prod/network', 'aws_security_group.web', '0.0.0.0/0', 'main.tf', 'database_cpu'])
        expect(received).toContain(text)
      expect(received.toLowerCase()).toContain('critical')
    })

    it('tries again later where the receiver asks for that', async () => {
      expect((await deliver(await start('later'))).status).toBe('retry')
    })

    it('gives up where the receiver never takes it', async () => {
      expect((await deliver(await start('refuse'))).status).toBe('rejected')
    })

    it('tries again where the connection is dropped', async () => {
      expect((await deliver(await start('drop'))).status).toBe('retry')
    })

    it('keeps secrets out of the outcome although the receiver repeats them', async () => {
      expect((await deliver(await start('echo'))).status).not.toBe('delivered')
    })

    it('ends by itself where the receiver never answers', async () => {
      const outcome = await deliver(await start('hang', { maxDeliveryMs: 300 }))
      expect(outcome.status).toBe('retry')
    })

    it('ends when it is stopped, and sends nothing when it was stopped before', async () => {
      const harness = await start('hang')
      const controller = new AbortController()
      const delivery = deliver(harness, DRIFT_MESSAGE, controller.signal)
      await expect.poll(() => harness.contacts(), { timeout: 10_000 }).toBeGreaterThan(0)
      controller.abort()
      expect((await delivery).status).toBe('retry')
      const contacts = harness.contacts()
      expect((await deliver(harness, DRIFT_MESSAGE, AbortSignal.abort())).status).toBe('retry')
      expect(harness.contacts()).toBe(contacts)
    })

    it('tries again where its secret cannot be read now', async () => {
      const harness = await start('accept', { secret: null })
      const outcome = await deliver(harness)
      expect(outcome).toMatchObject({ status: 'retry' })
      expect(JSON.stringify(outcome)).toContain('CHANNEL_SECRET')
      expect(harness.contacts()).toBe(0)
    })

    it('sends one message under one identity, and another under another', async () => {
      const harness = await start('accept')
      await deliver(harness)
      await deliver(harness)
      const other = { id: '01J8Z0000000000000000000M9', sequence: 2, alertKey: 'ops/other' }
      await deliver(harness, buildMessage(other))
      const identities = (await harness.received()).map((received) => underTest.identityOf(received))
      const [first = ''] = identities
      expect(first).not.toBe('')
      expect(identities.slice(0, -1)).toEqual(underTest.isOfMatter ? [first] : [first, first])
      expect(identities.at(-1)).not.toBe(first)
    })

    it.each([
      ['names that break markup', HOSTILE_MESSAGE],
      ['500 stacks at once', STORM_MESSAGE],
      ['a digest', DIGEST_MESSAGE],
      ['an end', RESOLVED_MESSAGE],
      ['nothing but a summary', bare('still-alive')],
    ])('bears %s', async (what, message) => {
      const harness = await start('accept')
      expect(await deliver(harness, message)).toMatchObject({ status: 'delivered', warning: null })
      const all = await harness.received()
      for (const received of all) {
        await underTest.check(received)
        // the first thing of a hostile name is an escape sequence
        expect(received).not.toContain(HOSTILE.slice(0, 4))
      }
      if (underTest.sendsAll !== false) expect(all, what).toHaveLength(1)
    })

    it('has words for every reason', async () => {
      const harness = await start('accept')
      for (const reason of ALERT_REASONS) {
        const outcome = await deliver(harness, buildMessage({ reason, id: `01J${reason}`, alertKey: reason }))
        expect(outcome, reason).toMatchObject({ status: 'delivered', warning: null })
      }
      for (const received of await harness.received()) await underTest.check(received)
    })
  })
}

function bare(reason: AlertMessage['reason']): AlertMessage {
  return buildMessage({ reason, severity: 'info', stacks: [], records: [], nextSteps: [], explanation: '' })
}
