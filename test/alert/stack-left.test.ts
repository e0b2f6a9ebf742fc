import { describe, expect, it } from 'vitest'
import { openAlertLab, recordOf } from '../helpers/alert-lab.js'
import { DAY_MS, HOUR_MS } from '../helpers/build-alert.js'
import { fakeChannel } from '../helpers/fake-channel.js'

const WAIT_MS = 80_000

/** A lab with one stack, which leaves the configuration. */
async function openLab() {
  const mail = fakeChannel('mail')
  let stacks = [{ name: 'net', provider: 'terraform', repository: 'infra', labels: {}, maxAgeMs: DAY_MS }]
  const lab = await openAlertLab({ channels: [mail], stacks: () => stacks })
  lab.dispatcher.start()
  const leave = async () => {
    stacks = []
    await lab.later(HOUR_MS)
  }
  return { lab, mail, leave }
}

describe('a stack that is configured no longer', () => {
  it('ends what was told of its drift, as that and not as resolved', async () => {
    const { lab, mail, leave } = await openLab()
    await lab.scan('net', [recordOf('net')])
    await lab.later(WAIT_MS)
    await leave()
    expect(mail.arrived.map(({ reason }) => reason)).toEqual(['first-drift', 'resolved'])
    const closed = mail.arrived[1]
    expect(closed?.summary).toBe('Configured no longer: net, 1 change as last seen')
    expect(closed?.explanation).toMatch(/: 1 of a stack that is configured no longer\.$/)
    expect(closed?.stacks[0]?.isKnown).toBe(false)
    expect(closed?.resolved).toEqual([
      expect.objectContaining({ resolution: 'unconfigured', resolvedAt: closed?.at }),
    ])
  })

  it('is not told to be scanned again where its scans failed', async () => {
    const { lab, mail, leave } = await openLab()
    for (let scan = 0; scan < 3; scan += 1) await lab.fail('net')
    await lab.later(WAIT_MS)
    await leave()
    expect(mail.arrived.map(({ reason }) => reason)).toEqual(['scan-failing', 'recovered'])
    expect(mail.arrived[1]?.summary).toBe('Configured no longer: net')
    expect(mail.arrived[1]?.explanation).toBe('It is configured no longer: nobody scans it any more.')
  })
})
