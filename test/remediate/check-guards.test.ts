import { describe, expect, it } from 'vitest'
import type { Proposal } from '../../src/domain/proposal.js'
import type { RequestLimits } from '../../src/domain/request.js'
import type { GuardedProposal } from '../../src/remediate/check-guards.js'
import { examineProposal } from '../../src/remediate/gate.js'
import { buildPlannedChange, buildProposal, buildRequestParts } from '../helpers/build-gate.js'

const POLICY = { limits: { maxDestroy: 5, maxChanges: 10, allowReplace: true } }
const LIMITS: RequestLimits = {
  ...buildRequestParts().limits,
  maxDestroy: 5,
  maxChanges: 10,
  allowReplace: true,
}

/** Names of the guards that stop a proposal. */
function stopped(
  proposal: Partial<Proposal>,
  overrides: Partial<Omit<GuardedProposal, 'limits'>> & { readonly limits?: Partial<RequestLimits> } = {},
): readonly string[] {
  const { limits, ...rest } = overrides
  const guarded: GuardedProposal = {
    action: 'revert',
    proposal: buildProposal(proposal),
    policy: POLICY,
    recent: [],
    ...rest,
    limits: { ...LIMITS, ...limits },
  }
  return examineProposal(guarded)
    .filter(({ status }) => status !== 'passed')
    .map(({ name }) => name)
}

const created = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    buildPlannedChange({ address: `aws_instance.web[${index}]`, action: 'create' }),
  )

describe('the guards', () => {
  it('let a small correction pass', () => {
    expect(stopped({})).toEqual([])
  })

  it('hold both limits, those of the request and those of now', () => {
    expect(stopped({ destroys: 6 })).toEqual(['within-limits'])
    expect(stopped({ destroys: 2 }, { limits: { maxDestroy: 1 } })).toEqual(['within-limits'])
    expect(stopped({ replaces: 1 })).toEqual([])
    expect(stopped({ replaces: 1 }, { limits: { allowReplace: false } })).toEqual(['within-limits'])
    const tight = { limits: { ...POLICY.limits, allowReplace: false } }
    expect(stopped({ replaces: 1 }, { policy: tight })).toEqual(['within-limits'])
    expect(stopped({ changes: created(11), managed: 1_000 })).toEqual(['within-limits'])
  })

  it('ask for a flag before anything is done that cannot be undone', () => {
    const changes = [buildPlannedChange({ isIrreversible: true })]
    expect(stopped({ changes })).toEqual(['nothing-irreversible'])
    expect(stopped({ changes }, { limits: { allowIrreversible: true } })).toEqual([])
  })

  it('suspect the credentials where most of a stack seems to be gone', () => {
    expect(stopped({ changes: created(4), managed: 7 })).toEqual(['no-mass-delete'])
    expect(stopped({ changes: created(4), managed: 8 })).toEqual([])
    expect(stopped({ changes: created(2), managed: 2 })).toEqual([])
    expect(stopped({ changes: created(4), managed: 7 }, { limits: { allowMassDelete: true } })).toEqual([])
    const pending = created(4).map((change) => ({ ...change, cause: 'pending' as const }))
    expect(stopped({ changes: pending, managed: 4 }, { limits: { includePending: true } })).toEqual([])
  })

  it('suspect them too where accepting would drop most of a state', () => {
    const changes = created(4).map((change) => ({ ...change, action: 'delete' as const }))
    expect(stopped({ changes, managed: 7 }, { action: 'accept' })).toEqual(['no-mass-delete'])
  })

  it('keep unapplied code out unless it is asked for', () => {
    const changes = [buildPlannedChange(), buildPlannedChange({ address: 'aws_eip.new', cause: 'pending' })]
    expect(stopped({ changes })).toEqual(['no-pending-code'])
    expect(stopped({ changes }, { limits: { includePending: true } })).toEqual([])
    expect(stopped({ changes }, { action: 'accept' })).toEqual([])
  })

  it('stop where something was put right three times in a day, and only there', () => {
    const recent = (ids: readonly string[], host: string | null = null) =>
      ids.map((requestId) => ({ requestId, address: 'aws_vpc.main', host }))
    expect(stopped({}, { recent: recent(['a', 'b', 'c']) })).toEqual(['not-fought'])
    expect(stopped({}, { recent: recent(['a', 'b', 'b']) })).toEqual([])
    expect(stopped({}, { recent: recent(['a', 'b', 'c'], 'web1') })).toEqual([])
  })
})
