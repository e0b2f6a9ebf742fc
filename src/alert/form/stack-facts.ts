import type { AlertMessage, AlertStack } from '../../domain/alert-message.js'
import { minuteText } from '../../lib/text/time-text.js'
import { oneLine } from '../build/words.js'

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

/** The stacks of a message about several, a line each, and how many are left out; none where it is about one. */
export function stackLines(
  { stacks, omitted }: AlertMessage,
  maxLines: number,
): { readonly lines: readonly string[]; readonly hidden: number } {
  if (stacks.length + omitted.stacks < 2) return { lines: [], hidden: 0 }
  const lines = stacks.slice(0, maxLines).map(stackLine)
  return { lines, hidden: stacks.length - lines.length + omitted.stacks }
}

/** `prod/network · drifted · good 2026-11-24 14:02 UTC`. */
function stackLine({ name, status, lastGoodScanAt, failure }: AlertStack): string {
  const good = lastGoodScanAt === null ? 'never scanned in full' : `good ${minuteText(lastGoodScanAt)}`
  const parts = [name, status, good, failure ?? '']
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
    { label: 'Status', text: stack.isKnown === false ? `${status}, configured no longer` : status },
    { label: 'Last scan', text: lastScanAt === null ? 'never' : minuteText(lastScanAt) },
    { label: 'Last good scan', text: lastGoodScanAt === null ? 'never' : minuteText(lastGoodScanAt) },
    { label: 'Failure', text: failure ?? '' },
  ]
    .filter(({ text }) => text !== '')
    .map(({ label, text }) => ({ label, text: oneLine(text, MAX_FACT_LENGTH) }))
}
