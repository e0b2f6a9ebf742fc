import { describe, expect, it } from 'vitest'
import { classifyDocument, planDocument, summarize } from '../../../helpers/build-plan.js'

describe('what follows from a deletion', () => {
  const key = { address: 'aws_thing.key', recorded: { id: 'k' }, actual: null, declared: { name: 'k' } }
  const user = {
    address: 'aws_thing.user',
    actual: { note: 'k' },
    declared: {},
    unknown: { note: true },
    code: { note: { references: ['aws_thing.key.id', 'aws_thing.key'] } },
  }

  it('is informational and names the deleted resource', async () => {
    const { findings } = await classifyDocument(planDocument([key, user]))
    expect(summarize(findings)).toEqual([
      'deleted create aws_thing.key []',
      'informational update aws_thing.user [outside:note]',
    ])
    expect(findings[1]?.detail).toContain('aws_thing.key')
  })

  it('is found through locals by what the state says it depends on', async () => {
    const through = { ...user, code: { note: { references: ['local.key'] } }, dependsOn: ['aws_thing.key'] }
    const { findings } = await classifyDocument(planDocument([key, through]))
    expect(findings[1]?.kind).toBe('informational')
  })

  it('is pending where it hangs on unapplied code as well', async () => {
    const fresh = { address: 'aws_thing.fresh', actual: null, declared: { name: 'f' } }
    const both = { note: { references: ['aws_thing.key.id', 'aws_thing.key', 'aws_thing.fresh.id'] } }
    const { findings } = await classifyDocument(planDocument([key, fresh, { ...user, code: both }]))
    expect(findings.map(({ kind }) => kind)).toEqual(['pending', 'deleted', 'pending'])
  })

  it('is pending where it hangs on unapplied code instead', async () => {
    const fresh = { address: 'aws_thing.key', actual: null, declared: { name: 'k' } }
    const { findings } = await classifyDocument(planDocument([fresh, user]))
    expect(findings.map(({ kind }) => kind)).toEqual(['pending', 'pending'])
  })
})

describe('coverage and outputs', () => {
  it('counts what is in the state and what turned out to be gone', async () => {
    const { coverage, coverageRatio, isPartial } = await classifyDocument(
      planDocument([
        { address: 'aws_thing.a', actual: { id: 'x' }, declared: { id: 'x' } },
        { address: 'aws_thing.b', recorded: { id: 'y' }, actual: null, declared: { id: 'y' } },
        { address: 'aws_thing.c', actual: null, declared: { id: 'z' } },
      ]),
    )
    expect({ ...coverage, coverageRatio, isPartial }).toMatchObject({
      applicable: 2,
      verified: 2,
      coverageRatio: 1,
      isPartial: false,
    })
  })

  it('keeps a change of nothing but an output informational', async () => {
    const output_changes = {
      url: { actions: ['update'], before: 'a', after: 'b', before_sensitive: false, after_sensitive: false },
    }
    const { findings } = await classifyDocument(planDocument([], { output_changes }))
    expect(findings.map(({ kind, address }) => `${kind} ${address}`)).toEqual(['informational output.url'])
  })
})

describe('what was moved', () => {
  it('knows drift by the former address of what was moved', async () => {
    const document = planDocument([
      {
        address: 'aws_thing.new',
        actual: { note: 'b' },
        declared: { note: 'a' },
        entry: { previous_address: 'aws_thing.old' },
        code: { note: { constant_value: 'a' } },
      },
    ])
    const drift = {
      address: 'aws_thing.old',
      mode: 'managed',
      type: 'aws_thing',
      name: 'old',
      change: { actions: ['update'], before: { note: 'a' }, after: { note: 'b' } },
    }
    const { findings } = await classifyDocument({ ...document, resource_drift: [drift] })
    expect(summarize(findings)).toEqual(['changed update aws_thing.new [outside:note]'])
  })
})
