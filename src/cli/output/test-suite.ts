import type { Source } from '../../domain/record.js'
import { cutText } from '../../lib/text/cut-text.js'
import type { XmlElement } from './xml-text.js'

/** A suite of JUnit. */
export interface TestSuite {
  readonly name: string
  /** ISO 8601, UTC; null where no single time is meant. */
  readonly startedAt: string | null
  readonly durationMs: number
  readonly cases: readonly TestCase[]
}

/** One case, and how it ended. */
export interface TestCase {
  readonly stack: string
  readonly name: string
  readonly durationMs: number
  readonly source: Source | null
  readonly outcome: CaseOutcome
}

export type CaseOutcome =
  | { readonly kind: 'passed'; readonly lines: readonly string[] }
  | { readonly kind: 'skipped'; readonly message: string }
  | {
      readonly kind: 'failure' | 'error'
      readonly type: string
      readonly message: string
      readonly lines: readonly string[]
    }

const MAX_MESSAGE_LENGTH = 1_000
const MAX_BODY_LENGTH = 20_000

/** `<testsuites>` with the totals that servers show. */
export function suitesElement(suites: readonly TestSuite[]): XmlElement {
  const cases = suites.flatMap((suite) => suite.cases)
  const durationMs = suites.reduce((sum, suite) => sum + suite.durationMs, 0)
  return {
    name: 'testsuites',
    attributes: { name: 'driftd', ...totalsOf(cases), time: seconds(durationMs) },
    children: suites.map(suiteElement),
  }
}

function suiteElement({ name, cases, startedAt, durationMs }: TestSuite): XmlElement {
  return {
    name: 'testsuite',
    attributes: {
      name: cutText(name, MAX_MESSAGE_LENGTH),
      ...totalsOf(cases),
      time: seconds(durationMs),
      // the format has no zone
      timestamp: startedAt?.replace(/\.\d+Z$/, ''),
    },
    children: cases.map(caseElement),
  }
}

function caseElement({ stack, name, durationMs, source, outcome }: TestCase): XmlElement {
  return {
    name: 'testcase',
    attributes: {
      name: cutText(name, MAX_MESSAGE_LENGTH),
      classname: cutText(stack, MAX_MESSAGE_LENGTH),
      time: seconds(durationMs),
      file: source === null ? undefined : cutText(source.file, MAX_MESSAGE_LENGTH),
      line: source?.line,
    },
    children: [outcomeElement(outcome)],
  }
}

function outcomeElement(outcome: CaseOutcome): XmlElement {
  if (outcome.kind === 'passed') return { name: 'system-out', attributes: {}, children: body(outcome.lines) }
  const message = cutText(outcome.message, MAX_MESSAGE_LENGTH)
  if (outcome.kind === 'skipped') return { name: 'skipped', attributes: { message }, children: [] }
  return { name: outcome.kind, attributes: { message, type: outcome.type }, children: body(outcome.lines) }
}

function totalsOf(cases: readonly TestCase[]): XmlElement['attributes'] {
  const count = (kind: CaseOutcome['kind']) => cases.filter(({ outcome }) => outcome.kind === kind).length
  return {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  }
}

function seconds(durationMs: number): string {
  return (durationMs / 1_000).toFixed(3)
}

function body(lines: readonly string[]): string {
  return cutText(lines.join('\n'), MAX_BODY_LENGTH)
}
