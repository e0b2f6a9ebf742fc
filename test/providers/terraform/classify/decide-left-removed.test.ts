import { describe, expect, it } from 'vitest'
import { decideLeft, type LeftEvidence } from '../../../../providers/terraform/classify/decide-left.js'
import type { JsonValue } from '../../../../src/domain/record.js'

describe('a resource that the plan destroys or forgets', () => {
  it('reports a tag changed outside, which a plan to change the resource would have named', () => {
    expect(decideLeft(evidence('Name', 'outbound', 'mine'))).toBe('changed')
  })

  it('reports an optional attribute although the code sets it', () => {
    expect(decideLeft(evidence('description', 'mine', 'yours'))).toBe('changed')
  })

  it('says nothing of what the provider computes', () => {
    expect(decideLeft(evidence('computed_only', 1, 2))).toBe('computed')
  })

  it('takes a default that the provider filled in for nothing', () => {
    expect(decideLeft(evidence('description', null, false))).toBe('equivalent')
  })

  it('takes the same difference for the provider’s own where the resource stays', () => {
    expect(decideLeft({ ...evidence('description', 'mine', 'yours'), isRemoved: false })).toBe('equivalent')
  })
})

function evidence(name: string, recorded: JsonValue, actual: JsonValue): LeftEvidence {
  const path = name === 'Name' ? ['tags', name] : [name]
  const delta: LeftEvidence['delta'] = {
    path,
    standing: 'left',
    recorded,
    actual,
    declared: actual,
    isElements: false,
    isSensitive: false,
    isUnknown: false,
  }
  return {
    resourceType: 'aws_eip',
    delta,
    flags: {
      tags: { optional: true, shape: 'map' },
      description: { optional: true, shape: 'value' },
      computed_only: { computed: true, shape: 'value' },
    },
    setting: { kind: 'expression', references: [] },
    isInUnsetBlock: false,
    isDynamic: false,
    isIgnored: false,
    isRemoved: true,
    unexplained: delta,
  }
}
