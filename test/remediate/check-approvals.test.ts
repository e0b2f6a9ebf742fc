import { describe, expect, it } from 'vitest'
import { examineRequest } from '../../src/remediate/gate.js'
import type { GateBundle } from '../../src/remediate/gate-bundle.js'
import { buildApproval, storeKey } from '../helpers/build-gate.js'
import { withApproval, withPolicy, withPull } from './gate-attempts.js'

describe('approvals', () => {
  it('needs two where something is replaced, deleted, irreversible, or the label says so', () => {
    const two = { minimum: 1, destructive: 2 }
    const labels = withPolicy({ ...two, destructiveLabels: { env: ['prod*'] } })
    expect(failedNames(labels)).toEqual(['approved'])
    const other = withPolicy({ ...two, destructiveLabels: { env: ['test'] } })
    expect(failedNames(other)).toEqual([])
  })

  it('counts an update of the branch from its base, where the approval is of that commit', () => {
    const headCommit = '9'.repeat(40)
    const pull = { headCommit, isHeadTrusted: true, approvals: [buildApproval({ commit: headCommit })] }
    expect(failedNames(withPull(pull))).toEqual([])
    expect(failedNames(withPull({ ...pull, approvals: [buildApproval()] }))).toEqual(['approved'])
  })

  it('counts an approval without a commit only where the forge takes it back on a push', () => {
    const approvals = [buildApproval({ commit: null })]
    expect(failedNames(withPull({ approvals, dropsApprovalsOnPush: true }))).toEqual([])
    expect(failedNames(withPull({ approvals }))).toEqual(['approved'])
  })

  it('counts a member of a team that is named', () => {
    const bundle = withPolicy({ approvers: ['@acme/platform'] })
    expect(failedNames(bundle)).toEqual(['approved'])
    const member = withApproval({ teams: ['@acme/platform'] })
    expect(failedNames({ ...member, policy: bundle.policy })).toEqual([])
  })

  it('says who counted, and why others did not', () => {
    const approvals = [buildApproval(), buildApproval({ identity: '3', name: 'mallory' })]
    const check = examineRequest(withPull({ approvals }), storeKey).find(({ name }) => name === 'approved')
    expect(check?.evidence).toBe('1 of 1: alice; not counted: mallory is not on the approver list')
  })
})

function failedNames(bundle: GateBundle): readonly string[] {
  return examineRequest(bundle, storeKey)
    .filter(({ status }) => status !== 'passed')
    .map(({ name }) => name)
}
