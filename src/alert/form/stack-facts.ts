import type { AlertMessage, AlertStack } from '../../domain/alert-message.js'
import { oneLine, timeText } from '../build/words.js'

/** One thing to know about a stack: what it is called, and what it is. */
export interface Fact {
  readonly label: string
  readonly text: string
}

const MAX_FACT_LENGTH = 400
const SHORT_COMMIT = 7

/** What a message says about its one stack; none where it is about several or none. */
export function factsOf({ stacks, omitted }: AlertMessage): readonly Fact[] {
  const [stack] = stacks
  return stack !== undefined && stacks.length + omitted.stacks === 1 ? stackFacts(stack) : []
}

/** `live/prod in infra at 9fceb02 · drifted · last good scan 2026-11-24 14:02 UTC`: a stack on one line. */
export function stackLine(stack: AlertStack): string {
  const good =
    stack.lastGoodScanAt === null ? 'never scanned in full' : `good ${timeText(stack.lastGoodScanAt)}`
  const parts = [stack.name, stack.status, good, stack.failure ?? '']
  return oneLine(parts.filter((part) => part !== '').join(' · '), MAX_FACT_LENGTH)
}

function stackFacts(stack: AlertStack): readonly Fact[] {
  const { name, repository, provider, labels, status, commit, lastScanAt, lastGoodScanAt, failure } = stack
  const commitText = commit === null ? '' : ` at ${commit.slice(0, SHORT_COMMIT)}`
  const labelText = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')
  return [
    { label: 'Stack', text: `${name} (${provider})` },
    { label: 'Repository', text: repository === null ? '' : `${repository}${commitText}` },
    { label: 'Labels', text: labelText },
    { label: 'Status', text: status },
    { label: 'Last scan', text: lastScanAt === null ? 'never' : timeText(lastScanAt) },
    { label: 'Last good scan', text: lastGoodScanAt === null ? 'never' : timeText(lastGoodScanAt) },
    { label: 'Failure', text: failure ?? '' },
  ]
    .filter(({ text }) => text !== '')
    .map(({ label, text }) => ({ label, text: oneLine(text, MAX_FACT_LENGTH) }))
}
