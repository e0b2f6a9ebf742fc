import { describe, expect, it } from 'vitest'
import { examineRequest } from '../../src/remediate/gate.js'
import { decideGate } from '../../src/remediate/gate-result.js'
import { BASE_COMMIT, NOW, storeKey, TIP } from '../helpers/build-gate.js'
import { approved, attempts, bundleWith, withPolicy } from './gate-attempts.js'

describe('an attempt on the gate', () => {
  it.each(attempts)('is refused for good: $threat', ({ bundle, stoppedBy }) => {
    const checks = examineRequest(bundle, storeKey)
    expect(decideGate(checks)).toBe('refused')
    const stopped = checks.filter(({ status }) => status === 'failed')
    expect(stopped.map(({ name }) => name)).toContain(stoppedBy)
    for (const { evidence, wayOut } of stopped) expect([evidence, wayOut]).not.toContain('')
  })

  it.each([
    {
      threat: 'T16 the forge does not answer',
      bundle: bundleWith({ forge: null, forgeProblem: 'page 2 failed' }),
      stoppedBy: 'forge-answered',
    },
    {
      threat: 'T11 the history cannot be read',
      bundle: bundleWith({ history: { ...approved.history, hasBase: null } }),
      stoppedBy: 'history-intact',
    },
    {
      threat: 'P7 remediation is switched off',
      bundle: withPolicy({ isEnabled: false }),
      stoppedBy: 'remediation-enabled',
    },
    {
      threat: 'the kill switch is on',
      bundle: bundleWith({ freeze: { reason: 'incident', by: 'ann', at: '2026-11-24T09:00:00.000Z' } }),
      stoppedBy: 'not-frozen',
    },
    {
      threat: 'T11 the branch was rewritten, and nobody has acknowledged it',
      bundle: bundleWith({
        history: { ...approved.history, rewritten: { from: TIP, to: BASE_COMMIT, at: NOW } },
      }),
      stoppedBy: 'history-intact',
    },
    {
      threat: 'a freeze window is open',
      bundle: bundleWith({ windows: ['quarter end'] }),
      stoppedBy: 'outside-freeze-windows',
    },
    {
      threat: 'there is no fresh plan yet',
      bundle: bundleWith({ fresh: null }),
      stoppedBy: 'plan-unchanged',
    },
  ])('is not a yes, though it may be one later: $threat', ({ bundle, stoppedBy }) => {
    const checks = examineRequest(bundle, storeKey)
    expect(decideGate(checks)).toBe('not-now')
    expect(checks.filter(({ status }) => status !== 'passed').map(({ name }) => name)).toContain(stoppedBy)
  })

  it('has a name for every threat that a bundle can show', () => {
    const named = new Set(attempts.map(({ threat }) => /^T\d+/.exec(threat)?.[0]))
    // T16 is above; T17 is about what is written, not read: see pull-request-body.test.ts
    const all = Array.from({ length: 20 }, (_, index) => `T${index + 1}`)
    expect(all.filter((threat) => !named.has(threat))).toEqual(['T16', 'T17'])
  })
})
