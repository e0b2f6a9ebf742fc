import type { AlertMessage, AlertRecord, AlertStack } from '../../src/domain/alert-message.js'
import { ago, DAY_MS, HOUR_MS, MINUTE_MS, NOW } from './build-alert.js'
import { buildRecord } from './build-record.js'

/** A stack as messages show it; takes only what differs. */
export function buildAlertStack(overrides: Partial<AlertStack> = {}): AlertStack {
  return {
    name: 'prod/network',
    repository: 'infra',
    provider: 'terraform',
    labels: { env: 'prod', team: 'platform' },
    isKnown: true,
    status: 'drifted',
    commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    lastScanAt: ago(MINUTE_MS),
    lastGoodScanAt: ago(MINUTE_MS),
    failure: null,
    ...overrides,
  }
}

/** An open record of a message; takes only what differs. */
export function buildAlertRecord(overrides: Partial<AlertRecord> = {}): AlertRecord {
  return {
    stack: 'prod/network',
    record: buildRecord(),
    since: ago(HOUR_MS),
    resolvedAt: null,
    resolution: null,
    sourceUrl: 'https://github.com/acme/infra/blob/9fceb02d0ae598e95dc970b74767f19372d61af8/main.tf#L1',
    changedBy: null,
    severityReason: null,
    ...overrides,
  }
}

/** The first message of a drift of one record; takes only what differs. */
export function buildMessage(overrides: Partial<AlertMessage> = {}): AlertMessage {
  return {
    id: '01J8Z0000000000000000000M1',
    alertKey: 'ops/drift:prod/network/1',
    sequence: 1,
    reason: 'first-drift',
    severity: 'medium',
    at: NOW,
    summary: 'MEDIUM drift: prod/network, changed aws_vpc.main',
    explanation:
      'It was not there, or not known, when this channel was told last; a scan of commit 9fceb02 found it.',
    stacks: [buildAlertStack()],
    records: [buildAlertRecord()],
    resolved: [],
    omitted: { records: 0, stacks: 0 },
    paragraphs: [],
    nextSteps: [{ text: 'See it in full', command: 'driftd show prod/network', url: null }],
    ...overrides,
  }
}

const securityGroup = buildRecord({
  id: 'k7x2mmmmmmmm',
  severity: 'critical',
  address: 'aws_security_group.web',
  resourceType: 'aws_security_group',
  source: { file: 'network/main.tf', line: 25 },
  changes: [
    {
      path: ['ingress'],
      cause: 'outside',
      declared: [{ from_port: 443, to_port: 443, cidr_blocks: ['10.0.0.0/8'], description: 'internal' }],
      actual: [
        { from_port: 443, to_port: 443, cidr_blocks: ['10.0.0.0/8'], description: 'internal' },
        { from_port: 22, to_port: 22, cidr_blocks: ['0.0.0.0/0'], description: 'temporary, remove me' },
      ],
      sensitive: false,
    },
  ],
})

const policy = buildRecord({
  id: 'k7x2pppppppp',
  severity: 'high',
  address: 'module.ci["deploy"].aws_iam_role_policy.deploy',
  resourceType: 'aws_iam_role_policy',
  source: { file: 'modules/ci/iam.tf', line: 112 },
  changes: [
    {
      path: ['content'],
      cause: 'outside',
      sensitive: false,
      hunks: [
        {
          oldStart: 8,
          newStart: 8,
          lines: [
            ' "Statement": {',
            '-  "Action": "s3:*",',
            '+  "Action": "s3:GetObject",',
            '   "Effect": "Allow"',
          ],
        },
      ],
    },
    { path: ['password'], cause: 'outside', sensitive: true },
  ],
})

const deleted = buildRecord({
  id: 'k7x2dddddddd',
  kind: 'deleted',
  action: 'create',
  severity: 'high',
  address: 'aws_cloudwatch_metric_alarm.database_cpu',
  resourceType: 'aws_cloudwatch_metric_alarm',
  source: { file: 'alarms.tf', line: 7 },
  changes: [],
})

/** A drift as it is met in practice: an open port, a policy, an alarm that is gone. */
export const DRIFT_MESSAGE: AlertMessage = buildMessage({
  severity: 'critical',
  summary: 'CRITICAL drift: prod/network, 3 changes (1 deletion)',
  records: [
    buildAlertRecord({ record: securityGroup, since: ago(4 * HOUR_MS), changedBy: 'alice (AWS CloudTrail)' }),
    buildAlertRecord({ record: policy, since: ago(26 * HOUR_MS) }),
    buildAlertRecord({ record: deleted, since: ago(4 * HOUR_MS), sourceUrl: null }),
  ],
  nextSteps: [
    {
      text: 'See it in full',
      command: 'driftd show prod/network',
      url: 'https://driftd.acme.io/stacks/prod/network',
    },
    {
      text: 'Have it undone, when a request is approved',
      command: 'driftd remediate prod/network',
      url: null,
    },
    {
      text: 'You know of it: say so, and it is not repeated',
      command: 'driftd ack k7x2mmmmmmmm --reason "..."',
      url: null,
    },
  ],
})

/** The end of it. */
export const RESOLVED_MESSAGE: AlertMessage = buildMessage({
  id: '01J8Z0000000000000000000M2',
  sequence: 2,
  reason: 'resolved',
  severity: 'info',
  summary: 'Resolved: prod/network, 3 changes',
  explanation: 'Everything that this channel was told of is over; it was open for 1 d 2 h.',
  stacks: [buildAlertStack({ status: 'in-sync' })],
  records: [],
  resolved: DRIFT_MESSAGE.records.map((item, index) => ({
    ...item,
    resolvedAt: NOW,
    resolution: (['remediated', 'vanished', 'adopted'] as const)[index % 3] ?? 'vanished',
  })),
  nextSteps: [],
})

/** What a Monday morning brings. */
export const DIGEST_MESSAGE: AlertMessage = buildMessage({
  id: '01J8Z0000000000000000000M3',
  alertKey: 'ops/digest/2026-11-23',
  reason: 'digest',
  severity: 'critical',
  summary: 'Weekly digest: 4 drifts open in 3 of 142 stacks, 2 fewer than a week ago',
  explanation: '',
  stacks: [
    buildAlertStack(),
    buildAlertStack({
      name: 'prod/web',
      provider: 'ansible',
      status: 'incomplete',
      lastGoodScanAt: ago(DAY_MS),
    }),
    buildAlertStack({
      name: 'staging/database',
      status: 'failed',
      lastGoodScanAt: ago(9 * DAY_MS),
      failure: 'BACKEND_UNREACHABLE in init: the state bucket does not answer',
    }),
  ],
  records: [
    ...DRIFT_MESSAGE.records,
    buildAlertRecord({
      stack: 'prod/web',
      since: ago(12 * DAY_MS),
      record: buildRecord({
        host: 'web-01.acme.io',
        address: 'nginx/write the configuration',
        resourceType: 'ansible.builtin.template',
        severity: 'low',
        source: { file: 'roles/nginx/tasks/main.yml', line: 31 },
      }),
    }),
  ],
  omitted: { records: 0, stacks: 0 },
  paragraphs: [
    'Opened this week 7, resolved 9, of which 4 by an approved request. Mean time until it was over: 1 d 6 h.',
    'Scanned in full: 140 of 142 stacks. staging/database has had no successful scan for 9 days.',
  ],
  nextSteps: [{ text: 'Every stack', command: 'driftd status', url: 'https://driftd.acme.io/' }],
})
