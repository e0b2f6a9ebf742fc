import { describe, expect, it } from 'vitest'
import {
  type Baseline,
  BaselineWriter,
  type CodeVersion,
  readBaseline,
} from '../../../providers/ansible/baseline.js'
import type { HashedChange } from '../../../providers/ansible/changes.js'
import { classifyKind, type Difference } from '../../../providers/ansible/classify-kind.js'
import type { ResultEvent } from '../../../providers/ansible/events.js'

const HOST = 'web1'
const BEFORE: CodeVersion = { commit: 'c1', code: 'hmac:a' }
const SAME_COMMIT = BEFORE
/** A commit that touched nothing of this stack. */
const SAME_CODE: CodeVersion = { commit: 'c2', code: 'hmac:a' }
const NEW_CODE: CodeVersion = { commit: 'c2', code: 'hmac:b' }
const UNKNOWN: CodeVersion = { commit: null, code: null }

/** What the last in-sync scan left: attribute `mode` was A, the task was asked with `args`. */
function baselineOf(version: CodeVersion, state?: Readonly<Record<string, string>>): Baseline {
  const writer = new BaselineWriter()
  writer.add(HOST, 'task', { args: 'args', ...(state && { state }) })
  const baseline = readBaseline(writer.toText(version))
  if (baseline === null) throw new Error('what the writer wrote could not be read')
  return baseline
}

/** `declared` is what the code wants now, `actual` what the host has; A is what both were. */
function change(declared: string, actual: string): HashedChange {
  return {
    change: { path: ['mode'], cause: 'outside', sensitive: false },
    declaredHash: declared,
    actualHash: actual,
    attribute: 'mode',
    declaredState: declared,
    actualState: actual,
  }
}

function difference(changes: readonly HashedChange[], result: Partial<ResultEvent> = {}): Difference {
  const event = {
    t: 'result',
    task: 0,
    host: HOST,
    s: 'ok',
    changed: true,
    args: 'args',
    ...result,
  } as ResultEvent
  return { host: HOST, taskKey: 'task', result: event, changes, isGone: false }
}

const outside = difference([change('A', 'B')])
const wish = difference([change('B', 'A')])
const both = difference([change('B', 'C')])
const neither = difference([change('A', 'A')])

describe('the two-by-two of what the code wants and what the host has', () => {
  it.each([
    ['the host moved', outside, SAME_COMMIT, 'changed', false],
    ['the host moved', outside, NEW_CODE, 'changed', false],
    ['the code moved', wish, NEW_CODE, 'pending', false],
    ['the wish moved without a commit', wish, SAME_COMMIT, 'informational', true],
    ['the wish moved, and a commit did not touch the stack', wish, SAME_CODE, 'informational', true],
    ['the wish moved, and nobody knows the code', wish, UNKNOWN, 'pending', false],
    ['both moved', both, NEW_CODE, 'conflict', false],
    ['the host moved, and the wish floats', both, SAME_COMMIT, 'changed', true],
    ['the host moved, and the wish floats', both, SAME_CODE, 'changed', true],
    ['neither moved', neither, SAME_COMMIT, 'informational', false],
  ] as const)('%s: %j', (_, one, version, kind, isFloating) => {
    const verdict = classifyKind(one, baselineOf(BEFORE, { mode: 'A' }), version)
    expect(verdict.kind).toBe(kind)
    expect(verdict.note?.includes('floating') ?? false).toBe(isFloating)
  })

  it.each([
    ['asked for the same', {}, SAME_COMMIT, 'changed'],
    ['asked for something else by a commit', { args: 'other' }, NEW_CODE, 'pending'],
    ['asked for something else without a commit', { args: 'other' }, SAME_COMMIT, 'informational'],
    // what is the latest, nobody writes into the code
    ['asked for the latest', { want: 'latest' }, NEW_CODE, 'informational'],
    ['asked for the latest of something else', { want: 'latest', args: 'other' }, NEW_CODE, 'pending'],
  ] as const)('of a module that shows no state, %s', (_, result, version, kind) => {
    const silent = { ...change('x', 'y'), attribute: null }
    const baseline = baselineOf(BEFORE)
    expect(classifyKind(difference([silent], result), baseline, version).kind).toBe(kind)
    expect(classifyKind(difference([], result), baseline, version).kind).toBe(kind)
  })

  it('has no opinion without a baseline, or one that does not know the host', () => {
    const elsewhere = { ...wish, host: 'web2' }
    expect(classifyKind(wish, null, SAME_COMMIT).kind).toBe('changed')
    expect(classifyKind(elsewhere, baselineOf(BEFORE, { mode: 'A' }), SAME_COMMIT).kind).toBe('changed')
  })

  it('takes a task that the baseline does not know for new only where the code is new', () => {
    const unknown = { ...wish, taskKey: 'other' }
    const baseline = baselineOf(BEFORE, { mode: 'A' })
    expect(classifyKind(unknown, baseline, NEW_CODE).kind).toBe('pending')
    expect(classifyKind(unknown, baseline, SAME_CODE).kind).toBe('changed')
  })

  it('reads baselines that knew no digest', () => {
    const old = JSON.parse(new BaselineWriter().toText(BEFORE)) as Record<string, unknown>
    delete old.code
    expect(readBaseline(JSON.stringify(old))).toMatchObject({ commit: 'c1', code: null })
  })
})
