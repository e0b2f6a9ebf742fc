import type { RemediationRequest } from '../domain/request.js'
import type { Approval, MergedPullRequest } from '../forge/forge.js'
import { compileTextGlob } from '../lib/text-glob.js'
import type { GateBundle, GatePolicy, GateTarget } from './gate-bundle.js'
import { type Finding, failed, passed } from './gate-result.js'

/** How many must say yes. */
export function requiredApprovals(
  summary: RemediationRequest['summary'],
  { policy, target }: { readonly policy: GatePolicy; readonly target: Pick<GateTarget, 'labels'> },
): number {
  const isDestructive =
    summary.destroys > 0 ||
    summary.replaces > 0 ||
    summary.changes.some(({ isIrreversible }) => isIrreversible) ||
    hasLabel(target.labels, policy.destructiveLabels)
  return isDestructive ? Math.max(policy.minimum, policy.destructive) : policy.minimum
}

/** T4, T5, T6: enough people who count said yes to exactly this. */
export function checkApprovals(
  pull: MergedPullRequest,
  request: RemediationRequest,
  { policy, target }: GateBundle,
): Finding {
  const required = requiredApprovals(request.summary, { policy, target })
  const { counted, left } = countApprovals(pull, request.requester, policy.approvers)
  const yes = counted.map(({ name }) => name).join(', ') || 'nobody'
  const no = left.map(({ name, why }) => `${name} ${why}`).join('; ')
  const evidence = `${counted.length} of ${required}: ${yes}${no === '' ? '' : `; not counted: ${no}`}`
  return counted.length >= required
    ? passed(evidence)
    : failed(
        evidence,
        `have ${required} of remediation.approvals.approvers approve it; driftd remediate STACK --again makes a new one`,
      )
}

/** T5: nobody asks for changes, and no rule of the forge objects. */
export function checkObjections(pull: MergedPullRequest): Finding {
  const against = pull.approvals.filter(({ verdict }) => verdict === 'changes-requested')
  const way = 'settle it; driftd remediate STACK --again makes a new request'
  if (against.length > 0)
    return failed(`${against.map(({ name }) => name).join(', ')} asked for changes`, way)
  return pull.veto === null ? passed('nobody objects') : failed(`the forge objects: ${pull.veto}`, way)
}

/** Who counts, and why others do not. */
export function countApprovals(
  pull: Pick<
    MergedPullRequest,
    'approvals' | 'excludedIdentities' | 'headCommit' | 'mergedAt' | 'dropsApprovalsOnPush'
  >,
  requester: string,
  approvers: readonly string[],
): {
  readonly counted: readonly Approval[]
  readonly left: readonly { readonly name: string; readonly why: string }[]
} {
  const counted: Approval[] = []
  const left: { name: string; why: string }[] = []
  for (const approval of pull.approvals.filter(({ verdict }) => verdict === 'approved')) {
    const why = objectionTo(approval, { pull, requester, approvers, counted })
    if (why === null) counted.push(approval)
    else left.push({ name: approval.name, why })
  }
  return { counted, left }
}

function objectionTo(
  approval: Approval,
  context: {
    readonly pull: Parameters<typeof countApprovals>[0]
    readonly requester: string
    readonly approvers: readonly string[]
    readonly counted: readonly Approval[]
  },
): string | null {
  const { pull, requester, approvers, counted } = context
  if (approval.problem !== null) return approval.problem
  if (!approval.identity || !approval.isPerson) return 'is no person that the forge knows'
  if (!approval.mayWrite) return 'may not write to the repository'
  if (isSamePerson(approval.name, requester)) return 'asked for it'
  if (pull.excludedIdentities.includes(approval.identity)) return 'wrote or pushed a part of it'
  if (![approval.name, ...approval.teams].some((name) => approvers.includes(name)))
    return 'is not on the approver list'
  if (counted.some(({ identity, name }) => identity === approval.identity || name === approval.name))
    return 'counts once'
  return whenObjection(approval, pull)
}

/** The approval must be of the head that was merged, and from before the merge. */
function whenObjection(
  { commit, at }: Approval,
  { headCommit, mergedAt, dropsApprovalsOnPush }: Parameters<typeof countApprovals>[0],
): string | null {
  if (commit === null ? !dropsApprovalsOnPush || at === null : commit !== headCommit)
    return 'approved another commit'
  // plain Git has neither time; one without the other is not understood
  if (mergedAt === null && at === null) return null
  if (mergedAt === null) return 'approved at a time that cannot be compared'
  return at !== null && Date.parse(at) <= Date.parse(mergedAt) ? null : 'approved after the merge'
}

/** A name, or a mail address of that name: who asks under one may not approve under the other. */
function isSamePerson(name: string, requester: string): boolean {
  const forms = (text: string): readonly string[] => [text.toLowerCase(), localPart(text.toLowerCase())]
  return forms(name).some((form) => forms(requester).includes(form))
}

function localPart(text: string): string {
  return text.startsWith('@') ? text : text.replace(/@.*$/, '')
}

function hasLabel(
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, readonly string[]>>,
): boolean {
  return Object.entries(wanted).some(([label, globs]) => {
    const value = labels[label]
    return value !== undefined && globs.some((glob) => compileTextGlob(glob)(value))
  })
}
