import { describe, expect, it } from 'vitest'
import { SEVERITY_RULES } from '../../../providers/terraform/severity-rules.js'
import type { Action, AttributePath, DriftRecord, Kind } from '../../../src/domain/record.js'
import type { Severity } from '../../../src/domain/severity.js'
import { decideSeverity, explainSeverity } from '../../../src/domain/severity-rule.js'
import { buildRecord } from '../../helpers/build-record.js'

function severityOf(
  resourceType: string,
  paths: readonly AttributePath[],
  kind: Kind = 'changed',
  action: Action = 'update',
): Severity {
  const changes = paths.map((path) => ({ path, cause: 'outside' as const, sensitive: false }))
  return decideSeverity(buildRecord({ resourceType, changes, kind, action }), SEVERITY_RULES)
}

describe('why Terraform drift has its severity', () => {
  it.each<[string, Partial<DriftRecord>]>([
    ['it is gone', { kind: 'deleted', severity: 'critical' }],
    ['applying the code would destroy it', { action: 'replace', severity: 'critical' }],
    ['only tags, labels or descriptions differ', { severity: 'low' }],
    [
      'it decides what the network lets through',
      { resourceType: 'aws_security_group', changes: [], severity: 'critical' },
    ],
  ])('is that %s', (why, overrides) => {
    expect(explainSeverity(buildRecord({ action: 'update', ...overrides }), SEVERITY_RULES)).toBe(why)
  })
})

describe('severity of Terraform drift', () => {
  it.each<[string, AttributePath[]]>([
    ['aws_security_group', [['ingress']]],
    ['aws_vpc_security_group_ingress_rule', [['cidr_ipv4']]],
    ['google_compute_firewall', [['source_ranges']]],
    ['azurerm_network_security_rule', [['access']]],
    ['aws_iam_role', [['managed_policy_arns']]],
    ['google_project_iam_member', [['role']]],
    ['azurerm_role_assignment', [['scope']]],
    ['aws_sqs_queue', [['policy']]],
    ['aws_s3_bucket_public_access_block', [['block_public_acls']]],
    ['aws_db_instance', [['publicly_accessible']]],
    ['aws_db_instance', [['deletion_protection'], ['tags', 'Name']]],
    ['aws_ebs_volume', [['encrypted']]],
    ['aws_s3_bucket', [['server_side_encryption_configuration', 0, 'rule']]],
    ['aws_instance', [['root_block_device', 0, 'kms_key_id']]],
  ])('is critical for %s %j', (type, paths) => {
    expect(severityOf(type, paths)).toBe('critical')
  })

  it.each<[string, AttributePath[]]>([
    ['aws_instance', [['tags', 'Name']]],
    ['aws_instance', [['tags', 'policy']]],
    ['aws_iam_role', [['tags', 'Name'], ['description']]],
    ['google_storage_bucket', [['labels', 'team']]],
  ])('is low for %s %j', (type, paths) => {
    expect(severityOf(type, paths)).toBe('low')
  })

  it('is medium for the rest', () => {
    expect(severityOf('aws_instance', [['instance_type']])).toBe('medium')
    expect(severityOf('aws_instance', [['instance_type'], ['tags', 'Name']])).toBe('medium')
  })

  it('is critical for what is gone, and for what a plan would replace or delete', () => {
    expect(severityOf('aws_sqs_queue', [], 'deleted', 'create')).toBe('critical')
    expect(severityOf('aws_sqs_queue', [['name']], 'changed', 'replace')).toBe('critical')
    expect(severityOf('aws_sqs_queue', [['tags', 'a']], 'conflict', 'delete')).toBe('critical')
  })

  it('is info for what needs nobody', () => {
    expect(severityOf('aws_security_group', [['ingress']], 'informational', 'none')).toBe('info')
  })
})
