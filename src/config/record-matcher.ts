import type { RouteFacts } from '../domain/alert-policy.js'
import { compilePathGlobs } from '../lib/path-glob.js'
import { compileTextGlob } from '../lib/text-glob.js'
import type { RecordMatch } from './sections/matcher.js'

type FactTest = (facts: RouteFacts) => boolean

/** A test for what `match` selects; without conditions it selects everything. */
export function compileRecordMatch(match: RecordMatch | undefined): FactTest {
  const tests = match === undefined ? [] : testsOf(match)
  return (facts) => tests.every((test) => test(facts))
}

function testsOf(match: RecordMatch): readonly FactTest[] {
  const { stack, repository, labels, severity, kind, address, host } = match
  const isStack = stack && compilePathGlobs(stack)
  const isRepository = repository && matchesAny(repository)
  const isAddress = address && matchesAny(address)
  const isHost = host && matchesAny(host)
  const tests: readonly (FactTest | undefined)[] = [
    isStack && ((facts) => isStack(facts.stack)),
    isRepository && ((facts) => isRepository(facts.repository)),
    severity && ((facts) => severity.includes(facts.severity)),
    kind && ((facts) => facts.kind !== null && kind.includes(facts.kind)),
    isAddress && ((facts) => isAddress(facts.address)),
    isHost && ((facts) => isHost(facts.host)),
    ...Object.entries(labels ?? {}).map(([name, globs]): FactTest => {
      const isValue = matchesAny(globs)
      return (facts) => isValue(Object.hasOwn(facts.labels, name) ? (facts.labels[name] ?? null) : null)
    }),
  ]
  return tests.filter((test) => test !== undefined)
}

/** Nothing matches where there is nothing. */
function matchesAny(globs: readonly string[]): (text: string | null) => boolean {
  const tests = globs.map(compileTextGlob)
  return (text) => text !== null && tests.some((test) => test(text))
}
