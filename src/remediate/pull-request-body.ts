import type { PlannedChange, Proposal, RemediationAction } from '../domain/proposal.js'
import type { RemediationRequest } from '../domain/request.js'
import { countOf } from '../lib/text/count-of.js'
import { codeSpan } from '../lib/text/markdown-text.js'
import { attributeLines } from './attribute-lines.js'
import { requestPath } from './request.js'

/** What the text of a pull request is made of. */
export interface PullRequestParts {
  readonly request: RemediationRequest
  readonly proposal: Proposal
  readonly required: number
  readonly approvers: readonly string[]
  /** `Forge.approvalSteps`. */
  readonly steps: readonly string[]
}

/** GitHub takes 65,536 characters, GitLab more. */
const MAX_BODY_LENGTH = 60_000
const MAX_ATTRIBUTES = 30
const MAX_LISTED = 100

/** One line: what would be done to which stack. */
export function pullRequestTitle({ stack, action, summary }: RemediationRequest): string {
  const { changes, destroys, replaces } = summary
  const loud = [
    ...(destroys > 0 ? [countOf(destroys, 'deletion')] : []),
    ...(replaces > 0 ? [countOf(replaces, 'replacement')] : []),
  ]
  return `driftd: ${action} ${stack} (${[countOf(changes.length, 'change'), ...loud].join(', ')})`
}

/**
 * What people read before they say yes, as Markdown: what is destroyed first, then all that changes, what nobody can see
 * beforehand, who is asked, and how. Free of secrets, since the proposal is; of foreign words nothing acts (mentions,
 * closing words, markup). What does not fit is counted, and stands in the request's file.
 */
export function pullRequestBody(parts: PullRequestParts): string {
  const { request, proposal } = parts
  const changes = proposal.changes.toSorted((a, b) => weight(b) - weight(a))
  const head = [...danger(proposal, changes), whatMergingDoes(request), '']
  const tail = [
    ...listed('Will run, and cannot be previewed', proposal.unpreviewed),
    ...listed('Good to know', proposal.warnings),
    ...whoIsAsked(parts),
    ...fineprint(request),
  ]
  const room = MAX_BODY_LENGTH - [...head, ...tail].join('\n').length
  return [...head, ...whatChanges(changes, room), ...tail].join('\n')
}

/** What cannot be undone goes first, then what destroys. */
function weight({ action, isIrreversible }: PlannedChange): number {
  const loudness = { delete: 4, forget: 2, replace: 3 } as const
  const loud = action in loudness ? loudness[action as keyof typeof loudness] : 0
  return loud + (isIrreversible ? 5 : 0)
}

function danger({ destroys, replaces }: Proposal, changes: readonly PlannedChange[]): readonly string[] {
  const words = [
    ...(destroys > 0 ? [`DELETES ${destroys}`] : []),
    ...(replaces > 0 ? [`REPLACES ${replaces} (deletes and makes anew)`] : []),
  ]
  const final = changes.filter(({ isIrreversible }) => isIrreversible)
  const loud = words.length === 0 ? [] : [`> [!CAUTION]`, `> **This ${words.join(' and ')}.**`]
  const undone =
    final.length === 0
      ? []
      : [`> **Cannot be undone, or holds data:** ${final.slice(0, MAX_LISTED).map(nameOf).join(', ')}`]
  return loud.length + undone.length === 0 ? [] : [...loud, ...undone, '']
}

const DEEDS: Readonly<Record<RemediationAction, string>> = {
  revert: 'applies the code to what was changed outside it, so that reality is what Git says again',
  accept: 'takes what was changed outside the code over into the state; no resource is touched',
  'run-playbook': 'runs the playbook, so that the hosts are what Git says again',
}

function whatMergingDoes({ action, stack, baseBranch, scope }: RemediationRequest): string {
  const parts = [...scope.addresses, ...scope.hosts]
  const part = parts.length === 0 ? '' : `, limited to ${parts.slice(0, MAX_LISTED).map(codeSpan).join(', ')}`
  return `Merged into ${codeSpan(baseBranch)}, driftd ${DEEDS[action]}: stack ${codeSpan(stack)}${part}.`
}

function whatChanges(changes: readonly PlannedChange[], room: number): readonly string[] {
  const lines: string[] = [`## What changes (${changes.length})`, '']
  let left = room - 200
  for (const [index, change] of changes.entries()) {
    const more = changeLines(change)
    left -= more.join('\n').length + 1
    if (left < 0) return [...lines, `- … and ${changes.length - index} more: see the request's file`, '']
    lines.push(...more)
  }
  return [...lines, '']
}

function changeLines(change: PlannedChange): readonly string[] {
  const { action, cause, attributes, isIrreversible } = change
  const why = {
    drift: '',
    pending: ' (code that nobody applied yet)',
    consequence: ' (follows from the others)',
  }
  const loud = action === 'delete' || action === 'replace' || isIrreversible
  const word = loud ? `**${action.toUpperCase()}**` : action
  const rest = attributes.length - MAX_ATTRIBUTES
  return [
    `- ${word} ${nameOf(change)}${why[cause]}`,
    ...attributes.slice(0, MAX_ATTRIBUTES).flatMap(attributeLines),
    ...(rest > 0 ? [`  - … and ${countOf(rest, 'more attribute')}`] : []),
  ]
}

function nameOf({ address, host }: { readonly address: string; readonly host: string | null }): string {
  return host === null ? codeSpan(address) : `${codeSpan(address)} on ${codeSpan(host)}`
}

function listed(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return []
  const rest = items.length - MAX_LISTED
  const shown = items.slice(0, MAX_LISTED).map((item) => `- ${codeSpan(item)}`)
  return [`## ${title} (${items.length})`, '', ...shown, ...(rest > 0 ? [`- … and ${rest} more`] : []), '']
}

function whoIsAsked({ request, required, approvers, steps }: PullRequestParts): readonly string[] {
  const names = approvers.slice(0, MAX_LISTED).map(codeSpan).join(', ') || 'nobody: name approvers first'
  return [
    '## Who is asked',
    '',
    `${countOf(required, 'approval')} of: ${names}. ${codeSpan(request.requester)} asked for it and does not count.`,
    `Merge it before ${request.expiresAt}; after that it is void.`,
    '',
    ...steps,
    '',
  ]
}

function fineprint({ id, stack, planDigest, baseCommit }: RemediationRequest): readonly string[] {
  return [
    '---',
    `It is carried out once, and only where a plan made then does exactly this (digest ${codeSpan(planDigest)}, made at`,
    `commit ${codeSpan(baseCommit)}). Do not change ${codeSpan(requestPath(stack, id))}, and add no other file.`,
    '',
    requestMarker(id),
  ]
}

/** What a pull request of driftd is known by; not shown. */
export function requestMarker(id: string): string {
  return `<!-- driftd-request:${id} -->`
}
