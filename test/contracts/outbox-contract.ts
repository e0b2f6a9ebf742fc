import { describe, expect, it } from 'vitest'
import type { OpenedStore } from '../../src/store/open-store.js'
import {
  ago,
  buildCommit,
  buildDelivery,
  buildMatter,
  buildMemory,
  buildMessage,
  buildThread,
  DAY_MS,
  HOUR_MS,
  NOW,
  NOW_MS,
} from '../helpers/build-alert.js'
import type { SharedStore } from './schedule-store-contract.js'

const later = (ms: number): string => new Date(NOW_MS + ms).toISOString()

/** What every outbox of a store must do. `makeEmpty` gives a new, empty one, which the suite closes. */
export function describeOutbox(name: string, makeEmpty: () => Promise<SharedStore>): void {
  const withStore = (run: (store: OpenedStore) => Promise<void>) => async () => {
    const shared = await makeEmpty()
    try {
      await run(await shared.open())
    } finally {
      await shared.close()
    }
  }

  describe(`${name}: deliveries`, () => {
    const id = (index: number): string => `01J0000000000000000000000${index}`
    const three = [
      buildDelivery({ id: id(1), sequence: 1 }),
      buildDelivery({ id: id(2), sequence: 2 }),
      buildDelivery({ id: id(3), alertKey: 'other' }),
    ]

    it(
      'come in order, none before an earlier one of its thread',
      withStore(async ({ alerts }) => {
        await alerts.commitDispatch(buildCommit({ deliveries: three }))
        const next = async () => {
          const found = await alerts.nextDelivery('mail', NOW)
          return found.status === 'due' ? found.due.delivery.message.id : found
        }
        expect(await next()).toBe(id(1))
        await alerts.recordAttempt(id(1), {
          status: 'retry',
          nextAttemptAt: later(1_000),
          problem: 'no answer',
        })
        expect(await next()).toBe(id(3))
        await alerts.recordAttempt(id(3), { status: 'delivered', at: NOW, receipt: null, problem: null })
        expect(await next()).toEqual({ status: 'later', at: later(1_000) })
        await alerts.hastenDeliveries('mail', NOW)
        expect(await next()).toBe(id(1))
        await alerts.recordAttempt(id(1), { status: 'dead', problem: 'gone' })
        expect(await next()).toBe(id(2))
        await alerts.recordAttempt(id(2), { status: 'delivered', at: NOW, receipt: null, problem: null })
        expect(await next()).toEqual({ status: 'none' })
        expect(await alerts.nextDelivery('chat', NOW)).toEqual({ status: 'none' })
      }),
    )

    it(
      'carry the message whole, and what its thread left',
      withStore(async ({ alerts }) => {
        const message = buildMessage({
          id: id(2),
          sequence: 2,
          summary: '\u202e\u0000 "x" 😀',
          paragraphs: ['a\nb'],
        })
        const deliveries = [buildDelivery({ id: id(1) }), buildDelivery(message)]
        await alerts.commitDispatch(buildCommit({ deliveries }))
        const receipt = { ts: '1.2', parts: [1, null] }
        await alerts.recordAttempt(id(1), { status: 'delivered', at: NOW, receipt, problem: 'one refused' })
        expect(await alerts.nextDelivery('mail', NOW)).toEqual({
          status: 'due',
          due: { delivery: buildDelivery(message), receipts: [receipt] },
        })
      }),
    )

    it(
      'are listed and counted',
      withStore(async ({ alerts }) => {
        const chat = buildDelivery({ id: id(4) }, { channel: 'chat' })
        await alerts.commitDispatch(buildCommit({ deliveries: [...three, chat] }))
        await alerts.recordAttempt(id(1), { status: 'dead', problem: 'gone' })
        const ids = async (filter: object) =>
          (await alerts.deliveries({ limit: 9, ...filter })).map((line) => line.id)
        expect(await ids({})).toEqual([id(4), id(3), id(2), id(1)])
        expect(await ids({ limit: 1 })).toEqual([id(4)])
        expect(await ids({ channel: 'chat' })).toEqual([id(4)])
        expect(await ids({ id: id(3) })).toEqual([id(3)])
        expect(await alerts.deliveries({ state: 'dead', limit: 9 })).toEqual([
          {
            id: id(1),
            alertKey: 'thread',
            sequence: 1,
            reason: 'first-drift',
            severity: 'medium',
            summary: buildMessage().summary,
            channel: 'mail',
            state: 'dead',
            attempts: 1,
            createdAt: NOW,
            nextAttemptAt: NOW,
            deliveredAt: null,
            problem: 'gone',
          },
        ])
        expect(await alerts.deliveryCounts()).toEqual(
          expect.arrayContaining([
            { channel: 'mail', state: 'dead', count: 1 },
            { channel: 'mail', state: 'waiting', count: 2 },
            { channel: 'chat', state: 'waiting', count: 1 },
          ]),
        )
      }),
    )

    it(
      'that are given up are lost to their thread until they are sent again',
      withStore(async ({ alerts }) => {
        const commit = {
          deliveries: three,
          threads: [buildThread()],
          remembered: [buildMemory(buildMatter())],
        }
        await alerts.commitDispatch(buildCommit(commit))
        const lost = async () => {
          const { threads } = await alerts.alertMemory({ stacks: ['prod/network'], causes: [] })
          return threads[0]?.lost
        }
        for (const one of [id(1), id(2)]) await alerts.recordAttempt(one, { status: 'dead', problem: 'gone' })
        expect(await lost()).toBe(2)
        const request = { now: NOW, giveUpAt: later(DAY_MS) }
        expect(await alerts.resend({ id: id(2), ...request })).toBe(1)
        expect(await lost()).toBe(1)
        // what was decided meanwhile knew nothing of it
        await alerts.commitDispatch(buildCommit({ version: 1, threads: [buildThread({ sequence: 3 })] }))
        expect(await lost()).toBe(1)
        expect(await alerts.resend({ id: null, ...request })).toBe(1)
        expect(await alerts.resend({ id: 'none', ...request })).toBe(0)
        expect(await lost()).toBe(0)
        expect(await alerts.deliveries({ state: 'waiting', limit: 9 })).toHaveLength(3)
      }),
    )

    it(
      'count against the budget of their channel, those of timers do not',
      withStore(async ({ alerts }) => {
        const deliveries = [
          buildDelivery({ id: id(1) }, { createdAt: ago(2 * HOUR_MS) }),
          buildDelivery({ id: id(2) }, { createdAt: ago(HOUR_MS) }),
          buildDelivery({ id: id(3) }, { createdAt: NOW }),
          buildDelivery({ id: id(4), reason: 'digest' }, { createdAt: NOW }),
          buildDelivery({ id: id(5) }, { createdAt: NOW, channel: 'chat' }),
        ]
        await alerts.commitDispatch(buildCommit({ deliveries }))
        const since = ago(HOUR_MS + 1)
        expect(await alerts.messagesSince('mail', since)).toEqual({ count: 2, firstAt: ago(HOUR_MS) })
        expect(await alerts.messagesSince('none', since)).toEqual({ count: 0, firstAt: null })
        expect(await alerts.lastSequence('mail', 'thread')).toBe(1)
        expect(await alerts.lastSequence('mail', 'unknown')).toBe(0)
      }),
    )

    it(
      'are given up where their channel is configured no longer',
      withStore(async ({ alerts }) => {
        const chat = buildDelivery({ id: id(4) }, { channel: 'chat' })
        const remembered = ['mail', 'chat'].map((channel) => buildMemory(buildMatter(), { channel }))
        const threads = ['mail', 'chat'].map((channel) => buildThread({ channel }))
        await alerts.commitDispatch(buildCommit({ deliveries: [...three, chat], remembered, threads }))
        await alerts.forgetOtherChannels(['mail'])
        expect(await alerts.deliveries({ state: 'dead', limit: 9 })).toMatchObject([
          { id: id(4), problem: 'given up: its channel is configured no longer' },
        ])
        const memory = await alerts.alertMemory({ stacks: ['prod/network'], causes: [] })
        expect([...memory.matters, ...memory.threads].map(({ channel }) => channel)).toEqual(['mail', 'mail'])
        await alerts.forgetOtherChannels([])
        expect(await alerts.deliveries({ state: 'dead', limit: 9 })).toHaveLength(4)
      }),
    )

    it(
      'are forgotten when they are old, but not while they wait or their thread is open',
      withStore(async ({ alerts }) => {
        const old = { createdAt: ago(DAY_MS) }
        const deliveries = [
          buildDelivery({ id: id(1) }, old),
          buildDelivery({ id: id(2), alertKey: 'closed' }, old),
          buildDelivery({ id: id(3), alertKey: 'waits' }, old),
          buildDelivery({ id: id(4), alertKey: 'young' }),
        ]
        await alerts.commitDispatch(buildCommit({ deliveries, threads: [buildThread()] }))
        for (const one of [id(1), id(2), id(4)]) {
          await alerts.recordAttempt(one, { status: 'delivered', at: NOW, receipt: null, problem: null })
        }
        await alerts.pruneAlerts(ago(HOUR_MS))
        expect((await alerts.deliveries({ limit: 9 })).map((line) => line.id)).toEqual([id(4), id(3), id(1)])
      }),
    )
  })
}
