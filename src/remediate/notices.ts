import type { NextStep } from '../domain/alert-message.js'
import type { GateCheck } from '../domain/gate-check.js'
import type { Notice } from '../domain/notice.js'
import type { Receipt } from '../domain/request.js'
import type { Severity } from '../domain/severity.js'
import { againStep } from './outcome.js'

/** The request that a notice is about. */
export interface NoticeSubject {
  readonly id: string
  readonly stack: string
  readonly repository: string
}

/** What is told of a request, and how loudly. */
export interface NoticeText {
  /** Part of the notice's id: told once for each request. */
  readonly event: string
  readonly at: string
  readonly severity: Severity
  readonly summary: string
  readonly explanation: string
  readonly paragraphs?: readonly string[]
  readonly nextSteps?: readonly NextStep[]
}

/** A notice of the thread of one request. */
export function requestNotice(subject: NoticeSubject, told: NoticeText): Notice {
  const { id, stack, repository } = subject
  const { event, paragraphs = [], nextSteps = [], ...rest } = told
  return {
    ...rest,
    id: `remediation:${id}:${event}`,
    key: `remediation:${id}`,
    reason: 'remediation',
    stack,
    repository,
    paragraphs,
    nextSteps,
  }
}

/** A request waits for people. */
export function proposedNotice(
  subject: NoticeSubject,
  told: { readonly at: string; readonly title: string; readonly url: string | null; readonly branch: string },
): Notice {
  const { at, title, url, branch } = told
  return requestNotice(subject, {
    event: 'proposed',
    at,
    severity: 'info',
    summary: `Remediation proposed: ${subject.stack}`,
    explanation: `${title}. It waits for approval and merge.`,
    nextSteps: [{ text: 'Look at it', command: url === null ? `git fetch origin ${branch}` : null, url }],
  })
}

/** The gate said no for good. */
export function refusedNotice(
  subject: NoticeSubject,
  told: { readonly at: string; readonly failed: readonly GateCheck[] },
): Notice {
  return requestNotice(subject, {
    event: 'refused',
    at: told.at,
    severity: 'high',
    summary: `Remediation refused: ${subject.stack}`,
    explanation: `A merged request did not pass the gate: ${told.failed.map(({ name }) => name).join(', ')}.`,
    paragraphs: told.failed.map(({ name, evidence, wayOut }) =>
      `${name}: ${evidence}. ${wayOut ?? ''}`.trim(),
    ),
    nextSteps: [{ text: 'Every check', command: `driftd gate explain ${subject.id}`, url: null }],
  })
}

/** Something was carried out, or may have been. */
export function receiptNotice(
  subject: NoticeSubject,
  { status, endedAt, message, unexpected }: Receipt,
): Notice {
  const { stack } = subject
  const told = {
    applied: { severity: 'info', summary: `Remediation carried out: ${stack}` },
    failed: { severity: 'critical', summary: `Remediation failed: ${stack}` },
    unknown: { severity: 'critical', summary: `Remediation interrupted, outcome unknown: ${stack}` },
  } as const
  const explanation = {
    applied: 'An approved request was carried out; a scan verifies it.',
    failed: 'The engine ended with an error in the middle of an approved request; a part of it may be done.',
    unknown:
      'An approved request was interrupted while it was carried out. It is never tried again by itself.',
  }
  const surprise = unexpected.length === 0 ? [] : [`Changed, and not approved: ${unexpected.join(', ')}`]
  return requestNotice(subject, {
    event: status,
    at: endedAt,
    ...told[status],
    ...(unexpected.length > 0 ? { severity: 'critical' as const } : {}),
    explanation: explanation[status],
    paragraphs: [...(message === null ? [] : [message]), ...surprise],
    nextSteps: status === 'applied' ? [] : [againStep(stack, 'See what is left to do, and propose it anew')],
  })
}

/** A scan after a request still found what it was to correct. */
export function notConvergedNotice(subject: NoticeSubject, at: string, found: string): Notice {
  return requestNotice(subject, {
    event: 'not-converged',
    at,
    severity: 'high',
    summary: `Remediation did not converge: ${subject.stack}`,
    explanation: `A request was carried out, and ${found}.`,
    nextSteps: [againStep(subject.stack, 'See what is left to do, and propose it anew')],
  })
}
