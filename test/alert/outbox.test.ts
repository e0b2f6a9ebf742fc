import { describe, expect, it } from 'vitest'
import type { Channel } from '../../src/alert/channel.js'
import { type AlertLab, openAlertLab, recordOf } from '../helpers/alert-lab.js'
import { buildCommit, buildDelivery, DAY_MS, HOUR_MS, MINUTE_MS, NOW_MS } from '../helpers/build-alert.js'
import { DELIVERED, fakeChannel, RETRY } from '../helpers/fake-channel.js'

/** Puts messages into the outbox: `[thread, sequence]` each. */
async function post(
  lab: AlertLab,
  messages: readonly (readonly [alertKey: string, sequence: number])[],
  channel = 'mail',
): Promise<void> {
  const { version } = await lab.store.alerts.dispatchState()
  const deliveries = messages.map(([alertKey, sequence], index) =>
    buildDelivery({ id: `01J${channel}${String(index).padStart(6, '0')}`, alertKey, sequence }, { channel }),
  )
  await lab.store.alerts.commitDispatch(buildCommit({ version, deliveries }))
}

const open = (channels: readonly Channel[]) => openAlertLab({ channels, stacks: () => [] })
const keys = (
  messages: readonly { readonly alertKey: string; readonly sequence: number }[],
): readonly string[] => messages.map(({ alertKey, sequence }) => `${alertKey}${sequence}`)

describe('a receiver that is down for an hour', () => {
  it('gets everything afterwards, once, each thread in its order', async () => {
    const upAtMs = NOW_MS + HOUR_MS
    const mail = fakeChannel('mail', () => (lab.clock.now().getTime() < upAtMs ? RETRY : DELIVERED))
    const lab: AlertLab = await open([mail])
    await post(lab, [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['c', 1],
      ['a', 3],
    ])
    lab.dispatcher.start()
    await lab.clock.advance(HOUR_MS + 5 * MINUTE_MS)
    expect(keys(mail.arrived).toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'c1'])
    expect(keys(mail.arrived).filter((key) => key.startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
    // it is asked ever more rarely, not with every message
    expect(mail.attempts.length - mail.arrived.length).toBeLessThan(25)
    expect(lab.results.at(-1)).toBe('mail delivered')
    expect((await lab.store.alerts.deliveryCounts()).map(({ state }) => state)).toEqual(['delivered'])
  })

  it('is left alone for as long as it asks', async () => {
    let isFirst = true
    const chat = fakeChannel('chat', () => {
      if (!isFirst) return DELIVERED
      isFirst = false
      return { ...RETRY, status: 'retry', problem: '429', retryAfterMs: 10 * MINUTE_MS }
    })
    const lab = await open([chat])
    await post(
      lab,
      [
        ['a', 1],
        ['b', 1],
      ],
      'chat',
    )
    lab.dispatcher.start()
    await lab.clock.advance(9 * MINUTE_MS)
    expect(chat.attempts).toHaveLength(1)
    await lab.clock.advance(2 * MINUTE_MS)
    expect(keys(chat.arrived).toSorted()).toEqual(['a1', 'b1'])
  })
})

describe('one channel', () => {
  it('that hangs does not keep the others, nor its own next messages for ever', async () => {
    const hung = fakeChannel('hung', (message) =>
      message.alertKey === 'a' ? new Promise(() => undefined) : DELIVERED,
    )
    const mail = fakeChannel('mail')
    const lab = await open([hung, mail])
    await post(
      lab,
      [
        ['a', 1],
        ['b', 1],
      ],
      'hung',
    )
    await post(lab, [['a', 1]])
    lab.dispatcher.start()
    await lab.clock.advance(1_000)
    expect(keys(mail.arrived)).toEqual(['a1'])
    await lab.clock.advance(2 * MINUTE_MS)
    expect(keys(hung.arrived)).toEqual(['b1'])
    expect(
      (await lab.store.alerts.deliveries({ channel: 'hung', state: 'waiting', limit: 9 }))[0]?.problem,
    ).toBe('the channel did not come to an end in time')
  })

  it('that throws is one that failed, and nothing of what it threw is told', async () => {
    const bad = fakeChannel('bad', () => Promise.reject(new Error('https://hooks.slack.com/canary-secret')))
    const lab = await open([bad])
    await post(lab, [['a', 1]], 'bad')
    lab.dispatcher.start()
    await lab.clock.advance(1_000)
    const [line] = await lab.store.alerts.deliveries({ limit: 9 })
    expect(line).toMatchObject({ state: 'waiting', attempts: 1, problem: 'the channel failed: Error' })
  })

  it('keeps its least time between two messages', async () => {
    const times: number[] = []
    const answer = () => {
      times.push(lab.clock.monotonicMs())
      return DELIVERED
    }
    const chat = fakeChannel('chat', answer, 1_000)
    const lab: AlertLab = await open([chat])
    await post(
      lab,
      [
        ['a', 1],
        ['b', 1],
        ['c', 1],
      ],
      'chat',
    )
    lab.dispatcher.start()
    await lab.clock.advance(5_000)
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 1_000, 2_000])
  })
})

describe('what cannot be delivered', () => {
  it('is given up at once where it is refused for good, and the thread goes on', async () => {
    const chat = fakeChannel('chat', ({ sequence }) =>
      sequence === 1 ? { status: 'rejected', problem: '404 no_service' } : DELIVERED,
    )
    const lab = await open([chat])
    await post(
      lab,
      [
        ['a', 1],
        ['a', 2],
      ],
      'chat',
    )
    lab.dispatcher.start()
    await lab.clock.advance(1_000)
    expect(await lab.store.alerts.deliveries({ state: 'dead', limit: 9 })).toMatchObject([
      { sequence: 1, attempts: 1, problem: '404 no_service' },
    ])
    expect(keys(chat.arrived)).toEqual(['a2'])
    expect(lab.results).toEqual(['chat failed', 'chat delivered'])
  })

  it('is given up after a day of trying, and sent again when somebody asks', async () => {
    let isDown = true
    const mail = fakeChannel('mail', () => (isDown ? RETRY : DELIVERED))
    const lab = await open([mail])
    await post(lab, [['a', 1]])
    lab.dispatcher.start()
    await lab.clock.advance(2 * MINUTE_MS)
    lab.clock.step(DAY_MS)
    await lab.clock.advance(6 * MINUTE_MS)
    const [dead] = await lab.store.alerts.deliveries({ state: 'dead', limit: 9 })
    expect(dead?.problem).toMatch(/^given up after \d+ attempts: no answer$/)
    expect(lab.results.at(-1)).toBe('mail failed')
    expect(lab.logged).toContain('warn alert not delivered')
    isDown = false
    const now = lab.clock.now()
    const giveUpAt = new Date(now.getTime() + DAY_MS).toISOString()
    await lab.store.alerts.resend({ id: null, now: now.toISOString(), giveUpAt })
    await lab.clock.advance(MINUTE_MS)
    expect(keys(mail.arrived)).toEqual(['a1'])
  })

  it('is not told to be over where nothing of it ever arrived', async () => {
    const mail = fakeChannel('mail', () => ({ status: 'rejected', problem: '550' }))
    const lab = await openAlertLab({ channels: [mail] })
    await lab.scan('net', [recordOf('net')])
    lab.dispatcher.start()
    await lab.later(2 * MINUTE_MS)
    await lab.scan('net', [])
    await lab.later(HOUR_MS)
    expect(mail.attempts).toHaveLength(1)
    // and the next one is told as if nothing had been
    await lab.scan('net', [recordOf('net')])
    await lab.later(HOUR_MS)
    expect(mail.attempts[1]?.message).toMatchObject({ reason: 'first-drift', sequence: 1 })
  })
})

describe('stopping', () => {
  it('breaks off what is under way, which then counts as not attempted', async () => {
    const mail = fakeChannel(
      'mail',
      (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(RETRY))),
    )
    const lab = await open([mail])
    await post(lab, [['a', 1]])
    lab.dispatcher.start()
    await lab.clock.advance(1_000)
    await lab.dispatcher.stop()
    await lab.dispatcher.stop()
    expect(await lab.store.alerts.deliveries({ limit: 9 })).toMatchObject([{ state: 'waiting', attempts: 0 }])
    const again = fakeChannel('mail')
    lab.restart([again]).start()
    await lab.clock.advance(1_000)
    expect(keys(again.arrived)).toEqual(['a1'])
  })

  it('records what arrived all the same', async () => {
    const mail = fakeChannel(
      'mail',
      (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(DELIVERED))),
    )
    const lab = await open([mail])
    await post(lab, [['a', 1]])
    lab.dispatcher.start()
    await lab.clock.advance(1_000)
    await lab.dispatcher.stop()
    expect(await lab.store.alerts.deliveries({ limit: 9 })).toMatchObject([
      { state: 'delivered', attempts: 1 },
    ])
  })
})

it('gives a channel what its thread left', async () => {
  const chat = fakeChannel('chat', ({ sequence }) => ({
    ...DELIVERED,
    status: 'delivered',
    receipt: { ts: sequence },
    warning: null,
  }))
  const lab = await open([chat])
  await post(
    lab,
    [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['a', 3],
    ],
    'chat',
  )
  lab.dispatcher.start()
  await lab.clock.advance(1_000)
  expect(chat.attempts.map(({ message, thread }) => [message.alertKey, thread.receipts])).toEqual([
    ['a', []],
    ['b', []],
    ['a', [{ ts: 1 }]],
    ['a', [{ ts: 1 }, { ts: 2 }]],
  ])
})
