import { describe, expect, it } from 'vitest'
import { type AlertLab, openAlertLab, recordOf } from '../helpers/alert-lab.js'
import { MINUTE_MS } from '../helpers/build-alert.js'
import { DELIVERED, type FakeChannel, fakeChannel, RETRY } from '../helpers/fake-channel.js'

const STACKS = Array.from({ length: 500 }, (_, index) => `stack-${String(index).padStart(3, '0')}`)

/** Five channels, one of which fails every third time, and one of which takes one message a second. */
function fiveChannels(): readonly FakeChannel[] {
  let attempts = 0
  const flaky = (): typeof DELIVERED => {
    attempts += 1
    return attempts % 3 === 0 ? RETRY : DELIVERED
  }
  return [
    fakeChannel('mail'),
    fakeChannel('flaky', flaky),
    fakeChannel('slow', undefined, 1_000),
    fakeChannel('siem'),
    fakeChannel('issues'),
  ]
}

async function driftEverywhere(lab: AlertLab): Promise<void> {
  for (const stack of STACKS) {
    const severity = stack === 'stack-321' ? 'critical' : 'medium'
    await lab.scan(stack, [recordOf(stack, { severity })])
  }
}

describe('five hundred stacks that drift at once, on five channels', () => {
  it('are delivered without loss where every channel has room for all', async () => {
    const channels = fiveChannels()
    const policy = { budgetOf: () => ({ messages: 1_000, perMs: 3_600_000 }) }
    const lab = await openAlertLab({ channels, policy })
    await driftEverywhere(lab)
    lab.dispatcher.start()
    await lab.clock.advance(12 * MINUTE_MS)
    for (const { name, arrived } of channels) {
      const stacks = arrived.map(({ stacks: [stack] }) => stack?.name ?? '')
      expect([name, stacks.toSorted()]).toEqual([name, STACKS])
      expect(stacks.slice(0, 3)).toContain('stack-321')
    }
    const counts = await lab.store.alerts.deliveryCounts()
    expect(counts.map(({ state, count }) => [state, count])).toEqual(channels.map(() => ['delivered', 500]))
  })

  it('stay within the budget of each channel, and what was folded is told', async () => {
    const channels = fiveChannels()
    const lab = await openAlertLab({ channels })
    await driftEverywhere(lab)
    lab.dispatcher.start()
    await lab.clock.advance(2 * MINUTE_MS)
    for (const { arrived } of channels) {
      expect(arrived.length).toBe(30)
      const folded = arrived.find(({ alertKey }) => alertKey.startsWith('storm:'))
      expect(folded?.summary).toBe('MEDIUM drift: 471 stacks, 471 changes')
      expect(folded?.explanation).toMatch(/471 stacks drifted at once: .*within its budget/)
      const { records, omitted, stacks } = folded ?? {
        records: [],
        omitted: { records: 0, stacks: 0 },
        stacks: [],
      }
      expect(records.length + omitted.records).toBe(471)
      expect(stacks.length + omitted.stacks).toBe(471)
      expect(JSON.stringify(folded).length).toBeLessThan(200_000)
    }
    // all of it is over: one message for those that were told together
    for (const stack of STACKS) await lab.scan(stack, [])
    await lab.later(6 * MINUTE_MS)
    await lab.later(70 * MINUTE_MS)
    const over = channels[0]?.arrived.filter(({ reason }) => reason === 'resolved') ?? []
    expect(over).toHaveLength(30)
    expect(over.map(({ summary }) => summary)).toContain('Resolved: 471 stacks, 471 changes')
  })
})
