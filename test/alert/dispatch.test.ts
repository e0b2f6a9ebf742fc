import { describe, expect, it } from 'vitest'
import { openAlertLab, recordOf } from '../helpers/alert-lab.js'
import { buildCommit, buildNotice, DAY_MS, HOUR_MS, MINUTE_MS } from '../helpers/build-alert.js'
import { type FakeChannel, fakeChannel } from '../helpers/fake-channel.js'

const SOON_MS = 40_000

/** `1 first-drift prod/network aws_vpc.main`: sequence, reason, stacks, records. */
const told = ({ arrived }: FakeChannel): readonly string[] =>
  arrived.map(({ sequence, reason, stacks, records, resolved }) => {
    const names = [...records, ...resolved].map(({ record }) => record.address)
    return [sequence, reason, stacks.map(({ name }) => name).join(','), ...names].join(' ')
  })

describe('the life of a drift, as a channel hears of it', () => {
  it('is told once, when it changes, when it is louder, and when it is over', async () => {
    const mail = fakeChannel('mail')
    const lab = await openAlertLab({ channels: [mail] })
    await lab.scan('net', [recordOf('net')])
    lab.dispatcher.start()
    await lab.later(20_000)
    expect(told(mail)).toEqual([])
    await lab.later(SOON_MS)
    expect(told(mail)).toEqual(['1 first-drift net aws_vpc.main'])
    // the same again
    await lab.scan('net', [recordOf('net')])
    await lab.later(HOUR_MS)
    expect(mail.arrived).toHaveLength(1)
    await lab.scan('net', [recordOf('net', { contentHash: 'hmac:two' }), recordOf('net', { name: 'new' })])
    await lab.later(SOON_MS)
    expect(told(mail)[1]).toBe('2 drift-changed net aws_vpc.main aws_vpc.new')
    await lab.scan('net', [recordOf('net', { severity: 'critical' }), recordOf('net', { name: 'new' })])
    await lab.later(SOON_MS)
    expect(told(mail)[2]).toBe('3 severity-raised net aws_vpc.main aws_vpc.new')
    await lab.later(HOUR_MS)
    await lab.scan('net', [])
    await lab.later(SOON_MS)
    expect(told(mail)[3]).toBe('4 resolved net aws_vpc.main aws_vpc.new')
    expect(new Set(mail.arrived.map(({ alertKey }) => alertKey)).size).toBe(1)
    expect(new Set(mail.arrived.map(({ id }) => id)).size).toBe(4)
    // the next one is another matter
    await lab.later(HOUR_MS)
    await lab.scan('net', [recordOf('net')])
    await lab.later(2 * SOON_MS)
    expect(told(mail)[4]).toBe('1 first-drift net aws_vpc.main')
    expect(mail.arrived[4]?.alertKey).not.toBe(mail.arrived[0]?.alertKey)
  })

  it('is repeated after a day, three and seven, then no more', async () => {
    const mail = fakeChannel('mail')
    const lab = await openAlertLab({ channels: [mail], maxAgeMs: 30 * DAY_MS })
    await lab.scan('net', [recordOf('net')])
    lab.dispatcher.start()
    await lab.later(2 * SOON_MS)
    const days: number[] = []
    for (let day = 1; day <= 30; day += 1) {
      await lab.later(DAY_MS - 60_000)
      await lab.scan('net', [recordOf('net')])
      await lab.later(60_000)
      if (mail.arrived.at(-1)?.reason === 'repeat-due' && mail.arrived.length > days.length + 1)
        days.push(day)
    }
    expect(days).toEqual([1, 4, 11])
    expect(mail.arrived.at(-1)?.explanation).toMatch(/from now on only the digest has it/)
  })

  it('is told nothing of while its stack has no verdict, which is told instead', async () => {
    const mail = fakeChannel('mail')
    const lab = await openAlertLab({ channels: [mail] })
    await lab.scan('net', [recordOf('net')])
    lab.dispatcher.start()
    await lab.later(2 * SOON_MS)
    for (let scan = 0; scan < 3; scan += 1) {
      expect(mail.arrived).toHaveLength(1)
      await lab.fail('net')
      await lab.later(MINUTE_MS)
    }
    expect(told(mail)[1]).toBe('1 scan-failing net')
    expect(mail.arrived[1]?.summary).toMatch(
      /^Scans fail: net without a verdict for .*, BACKEND_UNREACHABLE in init$/,
    )
    await lab.later(DAY_MS + HOUR_MS)
    expect(told(mail).slice(2)).toEqual(['2 repeat-due net'])
    await lab.later(6 * MINUTE_MS)
    await lab.scan('net', [recordOf('net')])
    await lab.later(2 * SOON_MS)
    expect(told(mail).slice(3).toSorted()).toEqual(['2 repeat-due net aws_vpc.main', '3 recovered net'])
  })

  it('tells when a stack was not scanned for too long', async () => {
    const mail = fakeChannel('mail')
    const lab = await openAlertLab({ channels: [mail] })
    await lab.scan('net', [])
    lab.dispatcher.start()
    await lab.later(3 * HOUR_MS)
    expect(mail.arrived).toEqual([])
    await lab.later(2 * MINUTE_MS)
    expect(told(mail)).toEqual(['1 stale net'])
    expect(mail.arrived[0]?.summary).toBe('No verdict: net without a successful scan for 3 h 1 min')
    await lab.scan('net', [])
    await lab.later(6 * MINUTE_MS)
    expect(told(mail)[1]).toBe('2 recovered net')
  })
})

describe('stacks together', () => {
  const shared = { contentHash: 'hmac:same', changes: recordOf('x').changes }

  it('are one message where one thing changed all of them, and another when some are over', async () => {
    const mail = fakeChannel('mail')
    const lab = await openAlertLab({ channels: [mail] })
    lab.dispatcher.start()
    const names = Array.from({ length: 40 }, (_, index) => `s${index}`)
    for (const name of names) await lab.scan(name, [recordOf(name, shared)])
    await lab.later(2 * SOON_MS)
    expect(mail.arrived).toHaveLength(1)
    const [first] = mail.arrived
    expect(first?.summary).toBe('MEDIUM drift: 40 stacks, 40 changes')
    expect(first?.explanation).toMatch(/40 stacks differ in the same way \(tags\.Owner\)/)
    expect(first?.records).toHaveLength(40)
    for (const name of names.slice(0, 10)) await lab.scan(name, [])
    await lab.later(6 * MINUTE_MS)
    expect(mail.arrived[1]?.summary).toBe('Resolved in part: 40 stacks, 10 of 40 changes; 30 open')
    expect(mail.arrived[1]?.records).toHaveLength(30)
  })

  it('are one message where one release of a plug-in did it, whatever differs in each', async () => {
    const mail = fakeChannel('mail')
    const lab = await openAlertLab({ channels: [mail] })
    const names = Array.from({ length: 40 }, (_, index) => `s${index}`)
    const AWS = 'registry.terraform.io/hashicorp/aws'
    for (const name of names) await lab.scan(name, [], { [AWS]: '5.100.0' })
    lab.dispatcher.start()
    for (const name of names) await lab.scan(name, [recordOf(name)], { [AWS]: '6.0.0' })
    await lab.later(2 * SOON_MS)
    expect(mail.arrived.map(({ summary }) => summary)).toEqual(['MEDIUM drift: 40 stacks, 40 changes'])
    expect(mail.arrived[0]?.explanation).toBe(
      '40 stacks differ since they run with another release (hashicorp/aws 5.100.0 -> 6.0.0), so it is one message.',
    )
  })

  it('go on after a restart as if nothing had been', async () => {
    const mail = fakeChannel('mail')
    const lab = await openAlertLab({ channels: [mail] })
    await lab.scan('net', [recordOf('net')])
    lab.dispatcher.start()
    await lab.later(10_000)
    await lab.dispatcher.stop()
    const again = lab.restart([mail])
    again.start()
    // the wait goes on from where it was
    await lab.later(25_000)
    expect(told(mail)).toEqual(['1 first-drift net aws_vpc.main'])
    await again.stop()
    lab.restart([mail]).start()
    await lab.later(HOUR_MS)
    expect(mail.arrived).toHaveLength(1)
  })

  it('are told together though they were noticed one after the other', async () => {
    const mail = fakeChannel('mail')
    const lab = await openAlertLab({ channels: [mail] })
    lab.dispatcher.start()
    for (const name of ['a', 'b', 'c']) {
      await lab.scan(name, [recordOf(name, shared)])
      await lab.later(8_000)
    }
    await lab.later(20_000)
    expect(mail.arrived.map(({ summary }) => summary)).toEqual(['MEDIUM drift: 3 stacks, 3 changes'])
  })

  it('are told though the store failed just then', async () => {
    const mail = fakeChannel('mail')
    const lab = await openAlertLab({ channels: [mail] })
    await lab.scan('net', [recordOf('net')])
    lab.dispatcher.start()
    await lab.later(10_000)
    const { alerts } = lab.store
    const { commitDispatch } = alerts
    Object.assign(alerts, { commitDispatch: () => Promise.reject(new Error('the disk is full')) })
    await lab.later(30_000)
    expect(lab.logged).toContain('error alerts: could not be decided')
    Object.assign(alerts, { commitDispatch })
    await lab.later(20_000)
    expect(told(mail)).toEqual(['1 first-drift net aws_vpc.main'])
  })

  it('are told though somebody else wrote to the store in between', async () => {
    const mail = fakeChannel('mail')
    const lab = await openAlertLab({ channels: [mail] })
    await lab.scan('net', [recordOf('net')])
    lab.dispatcher.start()
    await lab.later(10_000)
    const { version } = await lab.store.alerts.dispatchState()
    await lab.store.alerts.commitDispatch(buildCommit({ version }))
    await lab.later(40_000)
    expect(told(mail)).toEqual(['1 first-drift net aws_vpc.main'])
  })

  it('are told to a channel that is new', async () => {
    const mail = fakeChannel('mail')
    const lab = await openAlertLab({ channels: [mail] })
    await lab.scan('net', [recordOf('net')])
    lab.dispatcher.start()
    await lab.later(2 * SOON_MS)
    await lab.dispatcher.stop()
    const chat = fakeChannel('chat')
    lab.restart([mail, chat]).start()
    await lab.later(2 * SOON_MS)
    expect(told(chat)).toEqual(['1 first-drift net aws_vpc.main'])
    expect(mail.arrived).toHaveLength(1)
  })
})

describe('what is told by the clock, or from elsewhere', () => {
  it('is a digest, once for each of its times, from the second one on', async () => {
    const mail = fakeChannel('mail')
    const timed = {
      reason: 'digest' as const,
      channels: ['mail'],
      lastSlotMs: (nowMs: number) => Math.floor(nowMs / DAY_MS) * DAY_MS,
      matches: () => true,
    }
    const lab = await openAlertLab({ channels: [mail], timed: [timed] })
    await lab.scan('net', [recordOf('net', { severity: 'high' })])
    await lab.scan('web', [])
    lab.dispatcher.start()
    await lab.later(11 * HOUR_MS)
    await lab.scan('net', [recordOf('net', { severity: 'high' }), recordOf('net', { name: 'b' })])
    for (let day = 0; day < 3; day += 1) await lab.later(DAY_MS)
    const digests = mail.arrived.filter(({ reason }) => reason === 'digest')
    expect(digests).toHaveLength(3)
    expect(digests[0]?.summary).toBe('Digest: 2 open (1 high, 1 medium) in 1 stack; 2 more since 2026-11-24')
    expect(digests[0]?.paragraphs[0]).toBe('New since then: 2. Resolved since then: 0.')
    expect(digests[0]?.paragraphs.at(-1)).toBe(
      'Without a verdict that is fresh: net, web. What drifts there is not seen.',
    )
    expect(digests[1]?.summary).toBe(
      'Digest: 2 open (1 high, 1 medium) in 1 stack; as many as then since 2026-11-25',
    )
    expect(new Set(digests.map(({ alertKey }) => alertKey)).size).toBe(3)
  })

  it('is one digest for all that were missed', async () => {
    const mail = fakeChannel('mail')
    const timed = {
      reason: 'still-alive' as const,
      channels: ['mail'],
      lastSlotMs: (nowMs: number) => Math.floor(nowMs / DAY_MS) * DAY_MS,
      matches: () => true,
    }
    const lab = await openAlertLab({ channels: [mail], timed: [timed], stacks: () => [] })
    lab.dispatcher.start()
    await lab.later(MINUTE_MS)
    await lab.dispatcher.stop()
    await lab.later(5 * DAY_MS)
    lab.restart([mail]).start()
    await lab.later(HOUR_MS)
    expect(mail.arrived.map(({ summary }) => summary)).toEqual([
      'driftd works: 0 of 0 stacks with a verdict that is fresh; nothing has drifted',
    ])
  })

  it('is a notice, each once, in one thread', async () => {
    const mail = fakeChannel('mail')
    const { store, later, dispatcher } = await openAlertLab({ channels: [mail] })
    dispatcher.start()
    for (const id of ['a', 'b', 'a']) await store.alerts.notify(buildNotice({ id, summary: id }))
    await later(MINUTE_MS)
    expect(mail.arrived.map(({ summary, sequence, reason }) => [summary, sequence, reason])).toEqual([
      ['a', 1, 'repository'],
      ['b', 2, 'repository'],
    ])
    await store.alerts.notify(buildNotice({ id: 'c', summary: 'c' }))
    await later(MINUTE_MS)
    expect(mail.arrived[2]).toMatchObject({ summary: 'c', sequence: 3 })
  })
})
