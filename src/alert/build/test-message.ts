import type { AlertMessage } from '../../domain/alert-message.js'
import type { MessageIdentity } from './message-parts.js'

/** The sample that `driftd alerts test` sends: what a drift looks like, of a stack that does not exist. */
export function buildTestMessage(channel: string, identity: MessageIdentity, at: string): AlertMessage {
  const stack = 'example/network'
  const record = {
    id: 'exampleaaaaa',
    fingerprint: 'sha256:example',
    contentHash: 'hmac:example',
    kind: 'changed',
    action: 'update',
    correctable: true,
    severity: 'critical',
    address: 'aws_security_group.web',
    resourceType: 'aws_security_group',
    host: null,
    source: { file: 'main.tf', line: 25 },
    changes: [
      {
        path: ['ingress', 0, 'cidr_blocks'],
        cause: 'outside',
        declared: ['10.0.0.0/8'],
        actual: ['0.0.0.0/0'],
        recorded: ['10.0.0.0/8'],
        sensitive: false,
      },
    ],
    detail: null,
  } as const
  return {
    ...identity,
    reason: 'test',
    severity: 'critical',
    at,
    summary: `Test: CRITICAL drift: ${stack}, changed aws_security_group.web`,
    explanation: `Somebody ran driftd alerts test ${channel}: nothing has drifted, this is what it would look like.`,
    stacks: [
      {
        name: stack,
        repository: null,
        provider: 'example',
        labels: { env: 'example' },
        isKnown: true,
        status: 'drifted',
        commit: null,
        lastScanAt: at,
        lastGoodScanAt: at,
        failure: null,
      },
    ],
    records: [
      {
        stack,
        record,
        since: at,
        resolvedAt: null,
        resolution: null,
        sourceUrl: null,
        changedBy: null,
        severityReason: 'it decides what the network lets through',
      },
    ],
    resolved: [],
    omitted: { records: 0, stacks: 0 },
    paragraphs: [],
    nextSteps: [{ text: 'Look at what is really there', command: 'driftd status', url: null }],
  }
}
