import type { NextStep } from '../../domain/alert-message.js'
import type { Notice } from '../../domain/notice.js'
import type { RepositoryObservation } from '../../domain/repository-state.js'
import { minuteText, spanText } from '../../lib/text/time-text.js'
import { oneLine } from './words.js'

/** A remote that is gone for a moment is nobody's business. */
export const UNREACHABLE_AFTER_MS = 3_600_000

const MAX_MESSAGE_LENGTH = 500
const SHORT_COMMIT = 10

/** What people are told of a look at a repository; null: nothing. What is looked at again and again has one id, so it is told once. */
export function repositoryNotice(
  repository: string,
  observation: RepositoryObservation,
  now: string,
): Notice | null {
  switch (observation.status) {
    case 'rewritten':
      return rewrittenNotice(repository, observation, now)
    case 'unsigned':
      return unsignedNotice(repository, observation, now)
    case 'unreachable':
      return Date.parse(now) - Date.parse(observation.since) < UNREACHABLE_AFTER_MS
        ? null
        : unreachableNotice(repository, observation, now)
    default:
      return null
  }
}

/** What people are told when a remote answers again that they were told to be gone since then. */
export function reachableNotice(repository: string, since: string, now: string): Notice {
  return {
    ...baseOf(repository, now),
    id: `repository:${repository}:reachable:${since}`,
    key: `repository:${repository}:unreachable`,
    severity: 'info',
    summary: `Reachable again: repository ${repository}`,
    explanation: `It answers again, after ${spanText(Date.parse(now) - Date.parse(since))}: scans compare with its newest commit.`,
    paragraphs: [],
    nextSteps: [],
  }
}

type Of<Status extends RepositoryObservation['status']> = Extract<RepositoryObservation, { status: Status }>

function rewrittenNotice(repository: string, { from, to }: Of<'rewritten'>, now: string): Notice {
  return {
    ...baseOf(repository, now),
    id: `repository:${repository}:rewritten:${from}:${to}`,
    key: `repository:${repository}:rewritten`,
    severity: 'high',
    summary: `History rewritten: repository ${repository}`,
    explanation: `Its tracked ref was moved from ${short(from)} to ${short(to)}, which does not follow from it: nothing is remediated until somebody has looked.`,
    paragraphs: [],
    nextSteps: [step('See what was there before', `git log ${from}..${to}`)],
  }
}

function unsignedNotice(repository: string, { tip, problem, commit }: Of<'unsigned'>, now: string): Notice {
  const used =
    commit === null ? 'there is no signed one to compare with' : `scans compare with ${short(commit)}`
  return {
    ...baseOf(repository, now),
    id: `repository:${repository}:unsigned:${tip}`,
    key: `repository:${repository}:unsigned`,
    severity: 'high',
    summary: `Unsigned commit: repository ${repository}`,
    explanation: `Its newest commit ${short(tip)} ${oneLine(problem, MAX_MESSAGE_LENGTH)}: ${used}.`,
    paragraphs: [],
    nextSteps: [step('See who made it', `git show --show-signature ${tip}`)],
  }
}

function unreachableNotice(
  repository: string,
  { since, code, message }: Of<'unreachable'>,
  now: string,
): Notice {
  return {
    ...baseOf(repository, now),
    id: `repository:${repository}:unreachable:${since}`,
    key: `repository:${repository}:unreachable`,
    severity: 'medium',
    summary: `Unreachable: repository ${repository}, ${code}`,
    explanation: `It has not answered since ${minuteText(since)}: scans compare with the last commit that was fetched.`,
    paragraphs: [oneLine(message, MAX_MESSAGE_LENGTH)],
    nextSteps: [step('Find out whether remotes are usable', 'driftd doctor')],
  }
}

function baseOf(repository: string, at: string) {
  return { reason: 'repository', at, stack: null, repository } as const
}

function short(commit: string): string {
  return commit.slice(0, SHORT_COMMIT)
}

function step(text: string, command: string): NextStep {
  return { text, command, url: null }
}
