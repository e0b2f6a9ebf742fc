import { describe, expect, it } from 'vitest'
import { renderGate, renderRemediation } from '../../../src/cli/output/remediation-lines.js'
import { remediationExitCode } from '../../../src/cli/remediate.js'
import type { GateCheck } from '../../../src/domain/gate-check.js'
import { REMEDIATION_STATUSES, type RequestView } from '../../../src/domain/remediation-outcome.js'
import { buildOutcome } from '../../../src/remediate/outcome.js'

const view = { columns: 120, isColored: false }
const request: RequestView = {
  id: '01KAZZZZZZZZZZZZZZZZZZZZZZ',
  state: 'proposed',
  branch: 'drift/prod/network/01KA',
  path: '.drift/requests/prod/network/01KA.json',
  url: null,
  planDigest: 'sha256:00',
  expiresAt: '2026-11-25T10:00:00.000Z',
}
const passed: GateCheck = {
  name: 'same-bytes',
  status: 'passed',
  onFailure: 'final',
  evidence: 'blob',
  wayOut: null,
}
const failed: GateCheck = {
  ...passed,
  name: 'approved',
  status: 'failed',
  evidence: '0 of 1\u001b[2J',
  wayOut: 'ask',
}

describe('where a remediation stands', () => {
  it('shows what failed, how many others passed, the request, and what to do next', () => {
    const outcome = buildOutcome({
      stack: 'prod/network',
      status: 'refused',
      message: 'request is refused for good',
      request,
      checks: [passed, failed],
      nextSteps: [{ text: 'Propose it again', command: 'driftd remediate prod/network --again', url: null }],
    })
    expect(renderRemediation(outcome, view).split('\n')).toEqual([
      'prod/network: refused',
      '  request is refused for good',
      '  request 01KAZZZZZZZZZZZZZZZZZZZZZZ is proposed until 2026-11-25 10:00:00 UTC',
      '  branch drift/prod/network/01KA',
      '  FAIL  approved: 0 of 1\\u001b[2J',
      '         → ask',
      '  1 other check passed',
      'Next: Propose it again: driftd remediate prod/network --again',
      '',
    ])
  })

  it('fits the terminal, but for what is to be copied, and forgets the expiry of what is over', () => {
    const command = 'git fetch && git log ..origin/drift/prod/network/01KA'
    const outcome = buildOutcome({
      stack: 'prod/network',
      status: 'applied',
      message: 'request 01KAZZZZZZZZZZZZZZZZZZZZZZ was carried out, and a new scan finds nothing left of it',
      request: { ...request, state: 'applied' },
      nextSteps: [{ text: 'Read it', command, url: null }],
    })
    expect(renderRemediation(outcome, { ...view, columns: 60 }).split('\n')).toEqual([
      'prod/network: applied',
      '  request 01KAZZZZZZZZZZZZZZZZZZZZZZ was carried out, and a',
      '  new scan finds nothing left of it',
      '  request 01KAZZZZZZZZZZZZZZZZZZZZZZ is applied',
      '  branch drift/prod/network/01KA',
      'Next: Read it:',
      `  ${command}`,
      '',
    ])
  })

  it('shows every check of a request', () => {
    const explained = { id: request.id, stack: 'prod/network', request: null, decidedAt: null }
    const text = renderGate({ ...explained, verdict: 'refused', checks: [passed, failed] }, view)
    expect(text).toContain('prod/network 01KAZZZZZZZZZZZZZZZZZZZZZZ: refused for good\n')
    expect(text).toContain('  this store never proposed it\n  pass  same-bytes: blob\n  FAIL  approved')
  })

  it('says of a request that had its time that it had it', () => {
    const explained = { id: request.id, stack: 'a', verdict: 'refused', checks: [], decidedAt: null } as const
    const headline = (state: RequestView['state']) =>
      renderGate({ ...explained, request: { ...request, state } }, view).split('\n')[0]
    expect(headline('applied')).toBe('a 01KAZZZZZZZZZZZZZZZZZZZZZZ: carried out already, and never again')
    expect(headline('unknown')).toBe('a 01KAZZZZZZZZZZZZZZZZZZZZZZ: begun already (unknown), and never again')
    expect(headline('expired')).toBe('a 01KAZZZZZZZZZZZZZZZZZZZZZZ: refused for good')
  })

  it('joins what could not be looked at for one reason', () => {
    const unknown: GateCheck = {
      ...passed,
      status: 'unknown',
      evidence: 'no fresh plan was made yet',
      wayOut: 'see above',
    }
    const checks = [passed, ...['a', 'b', 'c'].map((name) => ({ ...unknown, name }))]
    const explained = { id: request.id, stack: 'a', request: null, decidedAt: null, checks }
    expect(
      renderGate({ ...explained, verdict: 'not-now' }, view)
        .split('\n')
        .slice(2),
    ).toEqual([
      '  pass  same-bytes: blob',
      '  ????  a, b, c: no fresh plan was made yet',
      '         → see above',
      '',
    ])
  })

  it('has the exit codes of product and help', () => {
    const codes = REMEDIATION_STATUSES.map((status) => [status, remediationExitCode({ status })])
    expect(Object.fromEntries(codes)).toEqual({
      'in-sync': 0,
      applied: 0,
      drifted: 2,
      proposed: 2,
      waiting: 2,
      'not-converged': 2,
      refused: 3,
      'not-now': 3,
      failed: 1,
      unknown: 1,
    })
  })
})
