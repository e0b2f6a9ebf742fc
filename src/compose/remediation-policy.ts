import { compileRecordMatch } from '../config/record-matcher.js'
import type { Config } from '../config/schema.js'
import { isWithin } from '../lib/week-window.js'
import type { GatePolicy, GateTarget } from '../remediate/gate-bundle.js'

/** What the gate goes by, from the daemon's own configuration. */
export function gatePolicy({
  enabled,
  approvals,
  expiresAfterMs,
  limits,
}: Config['remediation']): GatePolicy {
  const { minimum, destructive, destructiveLabels, approvers } = approvals
  return { isEnabled: enabled, minimum, destructive, destructiveLabels, approvers, expiresAfterMs, limits }
}

/** Reasons of the freeze windows that a stack is in at an instant. */
export function openFreezeWindows(
  { freeze }: Config['remediation'],
  { stack, repository, labels }: Pick<GateTarget, 'stack' | 'repository' | 'labels'>,
  nowMs: number,
): readonly string[] {
  const facts = {
    stack,
    repository,
    labels,
    severity: 'info',
    kind: null,
    address: null,
    host: null,
  } as const
  return freeze
    .filter(({ window, match }) => isWithin([window], nowMs) && compileRecordMatch(match)(facts))
    .map(({ reason }) => reason)
}
