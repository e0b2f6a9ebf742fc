import { describe, expect, it } from 'vitest'
import { compareSeverities } from '../../src/domain/severity.js'
import { decideSeverity, explainSeverity, type SeverityRule } from '../../src/domain/severity-rule.js'
import { buildRecord } from '../helpers/build-record.js'

const isTag: SeverityRule = { everyPath: (path) => path[0] === 'tags', severity: 'low', why: 'a tag' }

describe('decideSeverity', () => {
  it('is medium where no rule matches', () => {
    expect(decideSeverity(buildRecord(), [])).toBe('medium')
  })

  it('takes the first rule that matches', () => {
    const rules: readonly SeverityRule[] = [
      { kinds: ['changed'], severity: 'high', why: 'it changed' },
      isTag,
    ]
    expect(decideSeverity(buildRecord(), rules)).toBe('high')
  })

  it('does not let a tag beside another change lower it', () => {
    const [tag] = buildRecord().changes
    const port = { path: ['ingress'], cause: 'outside', sensitive: true } as const
    expect(decideSeverity(buildRecord(), [isTag])).toBe('low')
    expect(decideSeverity(buildRecord({ changes: tag ? [tag, port] : [port] }), [isTag])).toBe('medium')
  })

  it('asks all conditions of a rule', () => {
    const rule: SeverityRule = {
      resourceType: (type) => type === 'aws_vpc',
      actions: ['replace'],
      severity: 'critical',
      why: 'it is made anew',
    }
    expect(decideSeverity(buildRecord({ action: 'update' }), [rule])).toBe('medium')
    expect(decideSeverity(buildRecord({ action: 'replace' }), [rule])).toBe('critical')
    expect(decideSeverity(buildRecord({ action: 'replace', resourceType: null }), [rule])).toBe('medium')
  })

  it('keeps informational records quiet whatever the rules say', () => {
    const rules: readonly SeverityRule[] = [{ severity: 'critical', why: 'all are' }]
    expect(decideSeverity(buildRecord({ kind: 'informational' }), rules)).toBe('info')
  })
})

describe('explainSeverity', () => {
  const rules: readonly SeverityRule[] = [isTag, { kinds: ['changed'], severity: 'high', why: 'it changed' }]

  it('is what the rule says that decided', () => {
    expect(explainSeverity({ ...buildRecord(), severity: 'low' }, rules)).toBe('a tag')
  })

  it('is unknown where no rule decided, or another one did than would now', () => {
    expect(explainSeverity({ ...buildRecord(), severity: 'medium' }, [])).toBeNull()
    expect(explainSeverity({ ...buildRecord(), severity: 'critical' }, rules)).toBeNull()
    expect(explainSeverity(buildRecord({ kind: 'informational', severity: 'info' }), rules)).toBeNull()
  })
})

describe('compareSeverities', () => {
  it('puts the loudest first', () => {
    expect((['low', 'critical', 'info', 'high', 'medium'] as const).toSorted(compareSeverities)).toEqual([
      'critical',
      'high',
      'medium',
      'low',
      'info',
    ])
  })
})
