import type { AlertMessage } from '../../src/domain/alert-message.js'
import { buildAlertRecord, buildAlertStack, buildMessage } from './build-message.js'
import { buildRecord } from './build-record.js'

/** What a name may hold: escape sequences, header lines, mentions, markup of every channel, reversed writing, 10 kB. */
export const HOSTILE = [
  '\u001b[2J\u009b31m\u0000\u202e\u2066\ufeff\ud800',
  '\r\nBcc: everybody@example.test\r\n\r\n.\r\nMAIL FROM:<x>',
  '<!channel> <!here> <@U012> @channel @everyone @here <https://example.test|click> &amp; *bold* `code` ```',
  '</td></table><script>alert("1")</script><img src="https://example.test/x.png" onerror=\'x\'>',
  '{{ summary }} @root @acme/platform Fixes #12 closes: https://example.test/issues/1 <!-- driftd -->',
  '名😀e\u0301'.repeat(20),
  'שלום عربى',
  'x'.repeat(10_000),
].join(' ')

/** A message of which every text that others choose is hostile. */
export const HOSTILE_MESSAGE: AlertMessage = buildMessage({
  id: '01J8Z0000000000000000000H1',
  severity: 'high',
  summary: `HIGH drift: ${HOSTILE}`,
  explanation: HOSTILE,
  stacks: [
    buildAlertStack({
      name: HOSTILE,
      repository: HOSTILE,
      labels: { env: HOSTILE, [HOSTILE]: 'x' },
      commit: HOSTILE,
      failure: HOSTILE,
    }),
  ],
  records: [
    ...['changed', 'deleted', 'conflict', 'check'].map((kind) =>
      buildAlertRecord({
        stack: HOSTILE,
        changedBy: HOSTILE,
        sourceUrl: 'https://example.test/a|b>c<d"e?f=1&g=2',
        record: buildRecord({
          kind: kind as 'changed',
          severity: 'high',
          address: HOSTILE,
          host: HOSTILE,
          detail: HOSTILE,
          resourceType: HOSTILE,
          source: { file: HOSTILE, line: 3 },
          changes: [
            {
              path: [HOSTILE, 0],
              cause: 'outside',
              declared: HOSTILE,
              actual: [HOSTILE, { [HOSTILE]: 1 }],
              sensitive: false,
            },
            {
              path: ['content'],
              cause: 'outside',
              sensitive: false,
              hunks: [
                { oldStart: 1, newStart: 1, lines: [`-${HOSTILE}`, `+${HOSTILE}`, ' .', ' From here'] },
              ],
            },
            { path: ['secret'], cause: 'outside', sensitive: true },
          ],
        }),
      }),
    ),
  ],
  paragraphs: [HOSTILE],
  nextSteps: [
    { text: HOSTILE, command: HOSTILE, url: 'javascript:alert(1)' },
    { text: HOSTILE, command: null, url: 'https://example.test/?a=1&b=<x>' },
  ],
})

const RESOURCES = Array.from({ length: 60 }, (_, index) => index)

/** 500 stacks that drifted at once: what the message holds of them, and what it counts. */
export const STORM_MESSAGE: AlertMessage = buildMessage({
  id: '01J8Z0000000000000000000S1',
  severity: 'critical',
  summary: 'CRITICAL drift: 500 stacks, 4,000 changes (17 deletions)',
  explanation: '500 stacks drifted at once.',
  stacks: RESOURCES.slice(0, 40).map((index) => buildAlertStack({ name: `prod/service-${index}` })),
  records: RESOURCES.map((index) =>
    buildAlertRecord({
      stack: `prod/service-${index % 40}`,
      record: buildRecord({
        id: `aaaaaaaaa${String(index).padStart(3, 'a')}`,
        address: `aws_instance.web[${index}]`,
        severity: index === 0 ? 'critical' : 'medium',
        changes: Array.from({ length: 20 }, (_, change) => ({
          path: ['user_data', `key_${change}`],
          cause: 'outside' as const,
          declared: `declared ${change} ${'a'.repeat(380)}`,
          actual: `actual ${change} ${'b'.repeat(380)}`,
          sensitive: false,
        })),
      }),
    }),
  ),
  omitted: { records: 3_940, stacks: 460 },
})
