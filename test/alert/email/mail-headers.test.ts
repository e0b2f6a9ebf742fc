import { describe, expect, it } from 'vitest'
import { mailHeaders } from '../../../src/alert/email/mail-headers.js'
import { domainOf, parseMailbox } from '../../../src/alert/email/mailbox.js'
import type { AlertMessage } from '../../../src/domain/alert-message.js'
import {
  buildAlertStack,
  buildMessage,
  DIGEST_MESSAGE,
  DRIFT_MESSAGE,
  RESOLVED_MESSAGE,
} from '../../helpers/build-message.js'
import { HOSTILE_MESSAGE, STORM_MESSAGE } from '../../helpers/hostile-message.js'

const origin = { channel: 'ops/mail', from: parseMailbox('driftd <driftd@acme.io>'), subject: undefined }
const subjectOf = (message: AlertMessage): string => mailHeaders(message, origin).subject

describe('the subject of a mail', () => {
  it.each<readonly [string, AlertMessage]>([
    ['[drift][CRITICAL] prod/network: 3 changes (1 deletion)', DRIFT_MESSAGE],
    ['[drift][MEDIUM] prod/network: changed aws_vpc.main', buildMessage()],
    ['[drift][CRITICAL] 500 stacks: 4,000 changes', STORM_MESSAGE],
    [
      '[drift][MEDIUM] prod/network: still open, changed aws_vpc.main',
      buildMessage({ reason: 'repeat-due' }),
    ],
    ['[drift][RESOLVED] prod/network: 3 changes resolved', RESOLVED_MESSAGE],
    [
      '[drift][MEDIUM] prod/network: 3 resolved, 1 open',
      { ...RESOLVED_MESSAGE, severity: 'medium', records: buildMessage().records },
    ],
    ['[drift][FAILING] prod/network: scans fail', buildMessage({ reason: 'scan-failing', records: [] })],
    [
      '[drift][STALE] prod/network: no successful scan for too long',
      buildMessage({ reason: 'stale', records: [] }),
    ],
    ['[drift][RECOVERED] prod/network: scanned again', buildMessage({ reason: 'recovered', records: [] })],
    ...(['resolved', 'recovered'] as const).map((reason): [string, AlertMessage] => [
      '[drift][CLOSED] prod/network: configured no longer',
      {
        ...RESOLVED_MESSAGE,
        reason,
        stacks: [buildAlertStack({ isKnown: false, failure: 'LOCKED in plan' })],
      },
    ]),
    [
      '[drift][UNAPPLIED] prod/network: changed aws_vpc.main not applied',
      buildMessage({ reason: 'pending-too-long' }),
    ],
    [
      '[drift][DIGEST] Weekly digest: 4 drifts open in 3 of 142 stacks, 2 fewer than a week ago',
      DIGEST_MESSAGE,
    ],
  ])('is %s', (subject, message) => {
    expect(subjectOf(message)).toBe(subject)
  })

  it('is one line of bounded length whatever names it holds', () => {
    const subject = subjectOf(HOSTILE_MESSAGE)
    expect(subject.length).toBeLessThanOrEqual(200)
    expect(subject).toMatch(/^\[drift\]\[HIGH\] [^\p{Cc}\p{Cf}]*$/u)
  })

  it("is the user's own where there is one", () => {
    const subject = '{{ severity }} in {{ labels.env }}: {{ stack }}'
    expect(mailHeaders(DRIFT_MESSAGE, { ...origin, subject }).subject).toBe('critical in prod: prod/network')
  })
})

describe('the thread of a mail', () => {
  it('is found by alert and sequence alone', () => {
    const first = mailHeaders(buildMessage({ id: 'a', sequence: 1 }), origin)
    const again = mailHeaders(buildMessage({ id: 'b', sequence: 1, reason: 'repeat-due' }), origin)
    const third = mailHeaders(buildMessage({ sequence: 3 }), origin)
    const second = mailHeaders(buildMessage({ sequence: 2 }), origin)
    expect(first.messageId).toMatch(/^<drift-[0-9a-f]{32}\.1@acme\.io>$/)
    expect(again.messageId).toBe(first.messageId)
    expect(first).not.toHaveProperty('inReplyTo')
    expect(second.references).toEqual([first.messageId])
    expect(third.inReplyTo).toBe(first.messageId)
    expect(third.references).toEqual([first.messageId, second.messageId])
  })

  it('is another one for another alert', () => {
    const one = mailHeaders(buildMessage({ alertKey: 'a' }), origin)
    expect(mailHeaders(buildMessage({ alertKey: 'b' }), origin).messageId).not.toBe(one.messageId)
  })
})

describe('headers for programs', () => {
  it('keep robots from answering, and let filters tell what it is', () => {
    expect(mailHeaders(DRIFT_MESSAGE, origin).headers).toEqual({
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Id': 'driftd alerts <ops-mail.driftd.acme.io>',
      'X-Driftd-Message': DRIFT_MESSAGE.id,
      'X-Driftd-Severity': 'critical',
      'X-Driftd-Reason': 'first-drift',
      'X-Driftd-Stack': 'prod/network',
    })
  })

  it('hold printable ASCII only', () => {
    const { headers, messageId } = mailHeaders({ ...HOSTILE_MESSAGE, id: '\r\nBcc: x@y' }, origin)
    for (const value of [...Object.values(headers), messageId]) expect(value).toMatch(/^[\x20-\x7e]{1,260}$/)
  })
})

describe('a mailbox', () => {
  it.each([
    ['ops@acme.io', '', 'ops@acme.io'],
    ['Ops <ops@acme.io>', 'Ops', 'ops@acme.io'],
    ['"Ops, all" <ops@acme.io>', 'Ops, all', 'ops@acme.io'],
    ['<ops@acme.io>', '', 'ops@acme.io'],
  ])('%s has its parts', (text, name, address) => {
    expect(parseMailbox(text)).toEqual({ name, address })
  })

  it('has a domain that may stand in an id', () => {
    expect(domainOf(parseMailbox('a@Acme.IO'))).toBe('acme.io')
    expect(domainOf(parseMailbox('a@[::1]'))).toBe('driftd.invalid')
  })
})
