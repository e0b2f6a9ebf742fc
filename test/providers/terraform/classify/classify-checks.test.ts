import { describe, expect, it } from 'vitest'
import type { PlanDiagnostic } from '../../../../providers/terraform/classify/classify.js'
import { classifyDocument, planDocument, summarize } from '../../../helpers/build-plan.js'

function check(kind: string, address: string, status: string, message = '') {
  const [type, name] = address.split('.')
  return {
    address: { kind, to_display: address, mode: 'managed', type, name },
    status,
    instances: [{ address: { to_display: address }, status, problems: message ? [{ message }] : [] }],
  }
}

function failure(summary: string): PlanDiagnostic {
  return { severity: 'error', summary, detail: '', address: null }
}

const RESOURCES = [
  { address: 'aws_thing.a', actual: { note: 'x' }, declared: { note: 'x' } },
  { address: 'aws_thing.b', actual: { note: 'x' } },
]

describe('assertions of the code', () => {
  it('reports a failed check block by its name, with what it says', async () => {
    const checks = [
      check('check', 'check.health', 'fail', 'not healthy'),
      check('check', 'check.fine', 'pass'),
    ]
    const { findings } = await classifyDocument(planDocument([], { checks }))
    expect(summarize(findings)).toEqual(['check none check.health []'])
    expect(findings[0]?.detail).toBe('not healthy')
  })

  it('reports nothing of a check that cannot be decided before apply', async () => {
    const checks = [check('check', 'check.later', 'unknown')]
    expect((await classifyDocument(planDocument([], { checks }))).findings).toEqual([])
  })

  it('reports a failed condition of a plan that it stopped, and what was not reached', async () => {
    const checks = [check('resource', 'aws_thing.a', 'fail', 'too small')]
    const document = planDocument(RESOURCES, { checks, errored: true, complete: false })
    const { findings, coverage, isPartial } = await classifyDocument(document, {
      diagnostics: [failure('Resource postcondition failed')],
    })
    expect(summarize(findings)).toEqual(['check none aws_thing.a []'])
    expect(isPartial).toBe(true)
    expect(coverage).toEqual({
      applicable: 2,
      verified: 1,
      unverified: [{ what: 'aws_thing.b', reason: 'plan-stopped' }],
      executed: [],
    })
  })

  it.each([
    ['errored without any failed condition', { errored: true, complete: false }, []],
    ['not complete', { complete: false }, []],
    [
      'stopped by another error as well',
      { errored: true, complete: false, checks: [check('resource', 'aws_thing.a', 'fail')] },
      [failure('Resource postcondition failed'), failure('Error: AccessDenied')],
    ],
    ['stopped by a failed validation', { errored: true, checks: [check('var', 'var.size', 'fail')] }, []],
  ])('has no verdict on a plan that is %s', async (_, more, diagnostics) => {
    const document = planDocument(RESOURCES, more)
    await expect(classifyDocument(document, { diagnostics })).rejects.toMatchObject({
      code: 'PLAN_INCOMPLETE',
    })
  })

  it('tells the record of a condition from that of its resource', async () => {
    const edited = {
      address: 'aws_thing.a',
      recorded: { note: 'a' },
      actual: { note: 'b' },
      declared: { note: 'a' },
    }
    const checks = [check('resource', 'aws_thing.a', 'fail')]
    const { findings } = await classifyDocument(planDocument([edited], { checks }))
    expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(2)
  })
})
