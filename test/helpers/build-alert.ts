import type { DispatchCommit } from '../../src/alert/alert-store.js'
import type { Matter, StackFacts } from '../../src/domain/alert-matter.js'
import type { AlertThread, MatterMemory } from '../../src/domain/alert-memory.js'
import type { AlertMessage } from '../../src/domain/alert-message.js'
import type { AlertPace } from '../../src/domain/alert-reason.js'
import type { Delivery } from '../../src/domain/delivery.js'
import type { Notice } from '../../src/domain/notice.js'
import { buildRecord } from './build-record.js'

/** When the tests of alerts play. */
export const NOW = '2026-11-24T12:00:00.000Z'
export const NOW_MS = Date.parse(NOW)
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** The pace of the documentation. */
export const PACE: AlertPace = {
  groupWaitMs: 30_000,
  groupIntervalMs: 5 * MINUTE_MS,
  repeatAfterMs: [DAY_MS, 3 * DAY_MS, 7 * DAY_MS],
}

/** ISO time so many milliseconds before `NOW`. */
export function ago(ms: number): string {
  return new Date(NOW_MS - ms).toISOString()
}

/** A firing drift as a matter; takes only what differs. */
export function buildMatter(overrides: Partial<Matter> = {}): Matter {
  return {
    id: 'drift:a',
    kind: 'drift',
    stack: 'prod/network',
    state: 'firing',
    mark: 'none',
    content: 'one',
    severity: 'medium',
    cause: null,
    since: ago(HOUR_MS),
    delayMs: 0,
    changesAtMs: null,
    record: buildRecord(),
    ...overrides,
  }
}

/** What a channel remembers of a matter: told an hour ago. */
export function buildMemory(matter: Matter, overrides: Partial<MatterMemory> = {}): MatterMemory {
  const { id, kind, stack, mark, content, severity, cause } = matter
  const known = { kind, stack, mark, content, severity, cause }
  return { channel: 'mail', matter: id, noticedAt: ago(HOUR_MS), alertKey: 'thread', ...known, ...overrides }
}

/** An open thread of one message, sent an hour ago. */
export function buildThread(overrides: Partial<AlertThread> = {}): AlertThread {
  return {
    channel: 'mail',
    alertKey: 'thread',
    groupKey: 'drift:prod/network',
    kind: 'drift',
    sequence: 1,
    firstSentAt: ago(HOUR_MS),
    sentAt: ago(HOUR_MS),
    repeats: 0,
    lost: 0,
    ...overrides,
  }
}

/** A stack in sync, scanned just now. */
export function buildFacts(overrides: Partial<StackFacts> = {}): StackFacts {
  return {
    name: 'prod/network',
    repository: 'infra',
    provider: 'terraform',
    labels: {},
    status: 'in-sync',
    commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    lastScanAt: NOW,
    lastGoodScanAt: NOW,
    maxAgeMs: 3 * HOUR_MS,
    isKnown: true,
    failures: 0,
    failingSince: null,
    error: null,
    pluginChange: null,
    ...overrides,
  }
}

/** A message about one stack; takes only what differs. */
export function buildMessage(overrides: Partial<AlertMessage> = {}): AlertMessage {
  return {
    id: '01J00000000000000000000001',
    alertKey: 'thread',
    sequence: 1,
    reason: 'first-drift',
    severity: 'medium',
    at: NOW,
    summary: 'MEDIUM drift: prod/network, changed aws_vpc.main',
    explanation: 'A scan found it.',
    stacks: [],
    records: [],
    resolved: [],
    omitted: { records: 0, stacks: 0 },
    paragraphs: [],
    nextSteps: [],
    ...overrides,
  }
}

/** A delivery that waits; takes only what differs. */
export function buildDelivery(
  message: Partial<AlertMessage> = {},
  overrides: Partial<Delivery> = {},
): Delivery {
  return {
    message: buildMessage(message),
    channel: 'mail',
    state: 'waiting',
    attempts: 0,
    createdAt: NOW,
    nextAttemptAt: NOW,
    giveUpAt: new Date(NOW_MS + DAY_MS).toISOString(),
    deliveredAt: null,
    problem: null,
    ...overrides,
  }
}

/** A commit that changes nothing but what is given. */
export function buildCommit(overrides: Partial<DispatchCommit> = {}): DispatchCommit {
  return {
    version: 0,
    eventCursor: null,
    slots: {},
    remembered: [],
    forgotten: [],
    threads: [],
    closed: [],
    deliveries: [],
    notices: [],
    ...overrides,
  }
}

/** A notice of a repository; takes only what differs. */
export function buildNotice(overrides: Partial<Notice> = {}): Notice {
  return {
    id: 'infra-rewritten-1',
    key: 'repository:infra:rewritten',
    reason: 'repository',
    at: NOW,
    severity: 'high',
    stack: null,
    repository: 'infra',
    summary: 'History rewritten: infra',
    explanation: 'Commits that were scanned are no longer part of its history.',
    paragraphs: [],
    nextSteps: [],
    ...overrides,
  }
}
