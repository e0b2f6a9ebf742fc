import { z } from 'zod'
import type { AlertMessage } from '../../domain/alert-message.js'
import type { JsonValue } from '../../domain/record.js'
import type { DeliveryOutcome } from '../channel.js'
import type { Delivery, SenderRequest } from '../channel-kind.js'
import { decideIssue, type IssueStep } from './decide-issue.js'
import { githubDialect, gitlabDialect, type Issue, type IssueDraft } from './issue-dialect.js'
import { issueBody, issueComment, issueMarker, issueTitle } from './issue-text.js'
import { createIssueTracker, type IssueTracker } from './issue-tracker.js'
import type { IssueOptions } from './options.js'

const DIALECTS = { github: githubDialect, gitlab: gitlabDialect }
const ANY_MARKER = /<!-- driftd:alert:[0-9a-f]+ -->/
const receiptSchema = z.object({ number: z.int() })

/** Opens, changes or closes the issue of the message's matter. */
export async function sendIssue(
  { options, tools }: SenderRequest<IssueOptions>,
  { message, thread, signal, read }: Delivery,
): Promise<DeliveryOutcome> {
  const { forge, repository, label, allowPrivate, maxOpen, template } = options
  const dialect = DIALECTS[forge]
  const apiUrl = options.apiUrl ?? dialect.apiUrl
  const token = await read(options.token)
  const tracker = createIssueTracker({
    dialect,
    tools,
    repository,
    label,
    apiUrl,
    token,
    allowPrivate,
    signal,
  })
  const found = await findIssue(tracker, message, thread.receipts)
  const step = decideIssue(message, { ...found, maxOpen })
  const draft = (isOpen: boolean): IssueDraft => ({
    title: issueTitle(message, template),
    body: issueBody(message, template),
    isOpen,
  })
  return carryOut(step, { tracker, known: found.known, message, draft, label })
}

interface FoundIssues {
  readonly known: Issue | null
  readonly openCount: number
}

/** By what was remembered; where that is nothing, by the mark in the open issues: a lost answer makes no second one. */
async function findIssue(
  tracker: IssueTracker,
  message: AlertMessage,
  receipts: readonly JsonValue[],
): Promise<FoundIssues> {
  const { data } = receiptSchema.safeParse(receipts.at(-1))
  const remembered = data === undefined ? null : await tracker.read(data.number)
  if (remembered !== null) return { known: remembered, openCount: 0 }
  const open = (await tracker.listOpen()).filter(({ body }) => ANY_MARKER.test(body))
  const marker = issueMarker(message)
  return { known: open.find(({ body }) => body.includes(marker)) ?? null, openCount: open.length }
}

interface CarryOut {
  readonly tracker: IssueTracker
  readonly known: Issue | null
  readonly message: AlertMessage
  draft(isOpen: boolean): IssueDraft
  readonly label: string
}

async function carryOut(
  step: IssueStep,
  { tracker, known, message, draft, label }: CarryOut,
): Promise<DeliveryOutcome> {
  const receipt = known === null ? null : { number: known.number }
  if (step.step === 'refuse') return { status: 'rejected', problem: step.problem }
  if (step.step === 'none') return { status: 'delivered', receipt, warning: step.warning }
  if (step.step === 'update' && known !== null) {
    await tracker.update(known, draft(step.isOpen))
    if (step.isNews) await tracker.comment(known.number, issueComment(message))
    return { status: 'delivered', receipt, warning: null }
  }
  const created = await tracker.create(draft(true))
  if (!step.isOpen) await tracker.update(created, draft(false))
  const warning = created.labels.includes(label)
    ? null
    : `issue ${created.number} did not get the label ${label}: the token may not set labels, so that a lost issue is not found again`
  return { status: 'delivered', receipt: { number: created.number }, warning }
}
