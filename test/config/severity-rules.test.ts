import { describe, expect, it } from 'vitest'
import { toSeverityRules } from '../../src/config/severity-rules.js'
import type { Change, Finding } from '../../src/domain/record.js'
import { decideSeverity } from '../../src/domain/severity-rule.js'
import { loadValid } from '../helpers/config.js'

const TABLE = `version: 1
repositories: [{ name: infra, url: ./infra }]
severity:
  - { match: { type: "aws_iam_*", kind: deleted }, severity: critical }
  - { match: { address: 'module.db["a/b"].*', action: [delete, replace] }, severity: high }
  - { match: { path: [tags, tags_all] }, severity: info }
  - { match: { anyPath: "ingress.*.cidr_blocks" }, severity: low }
`

const change = (...path: Change['path']): Change => ({ path, cause: 'outside', sensitive: false })

describe('toSeverityRules', () => {
  const cases: readonly (readonly [string, Partial<Finding>, string])[] = [
    ['type and kind', { resourceType: 'aws_iam_role', kind: 'deleted' }, 'critical'],
    ['type but another kind', { resourceType: 'aws_iam_role' }, 'medium'],
    [
      'address with brackets, quotes and a slash',
      { address: 'module.db["a/b"].x.y', action: 'replace' },
      'high',
    ],
    ['address but another action', { address: 'module.db["a/b"].x.y' }, 'medium'],
    ['only tags, and what is in them', { changes: [change('tags', 'Name'), change('tags_all')] }, 'info'],
    ['a tag beside something else', { changes: [change('tags', 'Name'), change('port')] }, 'medium'],
    ['something below a glob', { changes: [change('port'), change('ingress', 0, 'cidr_blocks', 1)] }, 'low'],
    ['a name that only begins alike', { changes: [change('tagset')] }, 'medium'],
  ]

  it.each(cases)('%s', async (_, part, severity) => {
    const { config } = await loadValid(TABLE)
    const finding: Finding = {
      id: 'x',
      fingerprint: 'sha256:x',
      contentHash: 'hmac:x',
      kind: 'changed',
      action: 'update',
      correctable: true,
      address: 'aws_instance.web',
      resourceType: 'aws_instance',
      host: null,
      source: null,
      changes: [change('ami')],
      detail: null,
      ...part,
    }
    expect(decideSeverity(finding, toSeverityRules(config.severity))).toBe(severity)
  })
})
