import { contentHash, fingerprint, recordId } from '../../src/domain/fingerprint.js'
import type { Action, Finding, Kind, Source } from '../../src/domain/record.js'
import type { HashedChange } from './changes.js'
import { readChanges, withCause } from './changes.js'
import type { KindVerdict } from './classify-kind.js'
import type { ResultEvent, TaskEvent } from './events.js'
import { fileInCheckout, type ResultIdentity } from './identity.js'
import { isGone } from './is-gone.js'
import { isCommandModule } from './modules.js'
import type { ResultState } from './result-state.js'

/** A result that becomes a record. */
export interface Difference {
  readonly task: TaskEvent
  readonly result: ResultEvent
  readonly state: ResultState
  readonly identity: ResultIdentity
  readonly changes: readonly HashedChange[]
}

/** What all findings of one scan share. */
export interface FindingContext {
  readonly stack: string
  readonly key: Buffer
  /** Real path of the checkout. */
  readonly root: string
}

/** The record of a difference, without its severity. Free of secrets: the callback scrubbed every text. */
export function buildFinding(context: FindingContext, difference: Difference, verdict: KindVerdict): Finding {
  const { task, result, identity, changes } = difference
  const print = fingerprint({
    stack: context.stack,
    provider: 'ansible',
    parts: [identity.target, ...identity.parts],
  })
  const action = actionOf(task, result)
  return {
    id: recordId(print),
    fingerprint: print,
    contentHash: contentHash(context.key, verdict.kind, contentOf(result, changes)),
    kind: verdict.kind,
    action,
    correctable: isCorrectable(verdict.kind, difference.state),
    address: addressOf(task, result),
    resourceType: task.module,
    host: result.target ?? result.host,
    source: sourceOf(context.root, task),
    changes: changes.map(({ change }, index) => withCause(change, verdict.causes[index] ?? 'outside')),
    detail: detailOf(difference, verdict),
  }
}

/** The changes of a result that may become a record. */
export function changesFor(task: TaskEvent, result: ResultEvent): readonly HashedChange[] {
  return result.s === 'failed' ? [] : readChanges(task.module, result)
}

/** `role/task name [item]`; an unnamed task is called by its module. */
export function addressOf(task: TaskEvent, result: Pick<ResultEvent, 'name' | 'item'>): string {
  const name = result.name ?? task.name ?? task.module
  const item = result.item === undefined ? '' : ` [${result.item.label}]`
  return `${task.role === undefined ? '' : `${task.role}/`}${name}${item}`
}

/** What carrying the task out does, or did. */
export function actionOf(task: TaskEvent, result: ResultEvent): Action {
  if (result.s === 'failed') return 'none'
  if (isCommandModule(task.module)) return 'run'
  if (result.want === 'absent' || isRemoved(result)) return 'delete'
  return isGone(task, result) ? 'create' : 'update'
}

function isRemoved(result: ResultEvent): boolean {
  return result.diff?.some((part) => (part.k === 'text' || part.k === 'values') && part.removed) ?? false
}

/** What the code itself hides or asserts, no run of the code undoes. */
function isCorrectable(kind: Kind, state: ResultState): boolean {
  return kind !== 'check' && state === 'drift'
}

function sourceOf(root: string, task: TaskEvent): Source | null {
  const file = fileInCheckout(root, task.file)
  return file === null || task.line === 0 ? null : { file, line: task.line }
}

/** Values as keyed hashes; where nothing is shown, what the code asks for stands in. */
function contentOf(result: ResultEvent, changes: readonly HashedChange[]): (string | null)[][] {
  const shown = changes.filter((change) => change.declaredHash !== null)
  if (shown.length === 0) return [['args', result.args, null]]
  return shown.map(({ change, declaredHash, actualHash }) => [
    JSON.stringify(change.path),
    declaredHash,
    actualHash,
  ])
}

function detailOf({ task, result, state, changes }: Difference, verdict: KindVerdict): string | null {
  const sentences = [
    verdict.note,
    stateSentence(state, task),
    ...(result.s === 'failed'
      ? [result.msg]
      : [opaqueSentence(result), silentSentence(task, result, changes)]),
    result.changed && task.notify ? `would then run the handlers: ${task.notify.join(', ')}` : null,
  ]
  const text = sentences.filter((sentence) => sentence !== null && sentence !== undefined && sentence !== '')
  return text.length === 0 ? null : text.join('; ')
}

function stateSentence(state: ResultState, task: TaskEvent): string | null {
  if (state === 'suppressed') return 'a true difference that changed_when hides'
  if (state === 'noise')
    return task.changedWhen ? 'changed_when says so; nothing differs' : 'reports a change at every run'
  return null
}

function opaqueSentence(result: ResultEvent): string | null {
  const part = result.diff?.find((item) => item.k === 'opaque')
  if (part === undefined) return null
  return part.k === 'opaque' && part.why === 'binary'
    ? 'the content is binary: only that it differs is known'
    : 'the content is too large to be compared line by line'
}

function silentSentence(
  task: TaskEvent,
  result: ResultEvent,
  changes: readonly HashedChange[],
): string | null {
  if (result.hidden) return 'no_log hides what differs'
  if (changes.length > 0) return null
  const resource = result.res === undefined ? '' : ` (${result.res[0]}: ${result.res[1]})`
  const message = result.msg === undefined ? '' : `: ${result.msg}`
  return `${task.module} would change something and does not show what${resource}${message}`
}
