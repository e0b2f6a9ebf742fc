import { describe, expect, it } from 'vitest'
import type { Unverified } from '../../src/domain/scan.js'
import { decideVerification } from '../../src/remediate/decide-verification.js'
import { buildRecord, buildScan } from '../helpers/build-record.js'

const VPC = { address: 'aws_vpc.main', host: null }
const MOTD = { address: 'motd', host: 'web1' }

const unread = (what: string, reason: Unverified['reason'] = 'host-unreachable') => ({
  verified: 1,
  applicable: 2,
  unverified: [{ what, reason }],
  executed: [],
})

describe('what a scan says of what was carried out', () => {
  it('converged where nothing of it is left, whatever else differs', () => {
    const records = [buildRecord({ address: 'aws_eip.other' }), buildRecord({ ...MOTD, host: 'web2' })]
    const scan = buildScan({ status: 'drifted', records })
    expect(decideVerification(scan, [VPC, MOTD])).toBe('converged')
  })

  it.each(['changed', 'deleted', 'pending'] as const)('did not converge where it is still %s', (kind) => {
    const scan = buildScan({ status: 'drifted', records: [buildRecord({ ...VPC, kind })] })
    expect(decideVerification(scan, [VPC])).toBe('not-converged')
    const information = buildScan({ records: [buildRecord({ ...VPC, kind: 'informational' })] })
    expect(decideVerification(information, [VPC])).toBe('converged')
  })

  it('is no verdict where there is none, or where it did not get there', () => {
    expect(decideVerification(buildScan({ status: 'failed' }), [VPC])).toBe('failed')
    for (const coverage of [unread('web1: motd'), unread('web1'), unread('web1: later', 'host-stopped')])
      expect(decideVerification(buildScan({ status: 'incomplete', coverage }), [MOTD])).toBe('failed')
    const stopped = unread('aws_eip.other', 'plan-stopped')
    expect(decideVerification(buildScan({ status: 'incomplete', coverage: stopped }), [VPC])).toBe('failed')
  })

  it('bears hosts that nothing was done to, and tasks that check mode never sees', () => {
    for (const coverage of [
      unread('web10: motd'),
      unread('web2'),
      unread('web1: index', 'no-check-mode'),
      unread('web1: after', 'tainted'),
    ])
      expect(decideVerification(buildScan({ status: 'incomplete', coverage }), [MOTD])).toBe('converged')
  })

  it('says what is left also where it did not get everywhere', () => {
    const scan = buildScan({
      status: 'drifted',
      records: [buildRecord(MOTD)],
      coverage: unread('web1: later'),
    })
    expect(decideVerification(scan, [MOTD])).toBe('not-converged')
  })
})
