import { createHash } from 'node:crypto'
import { isAbsolute, relative, sep } from 'node:path'
import type { ResultEvent, TaskEvent } from './events.js'

/** What names a result in every scan: no values, line numbers, temporary paths (facts C2). */
export interface ResultIdentity {
  /** The inventory host, the host a task is delegated to, or `(once)` where any host may have run it. */
  readonly target: string
  /** File, role, module, name, item, resource and occurrence. */
  readonly parts: readonly (string | number | null)[]
}

/** Where a task of several hosts runs on whichever comes first, no host belongs into its identity. */
const ANY_HOST = '(once)'

/** Counts equal results of each host, so that twins (one role used twice) keep different names. */
export class OccurrenceCounter {
  readonly #seen = new Map<string, number>()

  /** 0 for the first result with these parts on this host, then 1, 2, ... */
  next(host: string, parts: readonly (string | number | null)[]): number {
    const key = shortHash([host, ...parts])
    const count = this.#seen.get(key) ?? 0
    this.#seen.set(key, count + 1)
    return count
  }
}

/** Names one result. `root` is the real path of the checkout. */
export function identifyResult(
  root: string,
  event: { readonly task: TaskEvent; readonly result: ResultEvent },
  occurrences: OccurrenceCounter,
): ResultIdentity {
  const { task, result } = event
  const parts = [
    stableFile(root, task.file),
    task.role ?? null,
    task.module,
    task.name ?? task.argsKey ?? null,
    result.item?.key ?? null,
    result.res?.join('=') ?? null,
  ]
  const occurrence = occurrences.next(result.host, parts)
  return { target: targetOf(result), parts: [...parts, occurrence] }
}

/** 16 characters that stand for the parts. */
export function shortHash(parts: readonly (string | number | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)
}

/** A file below the checkout, relative to it, or null. */
export function fileInCheckout(root: string, file: string): string | null {
  if (!isAbsolute(file)) return null
  const path = relative(root, file)
  return path === '' || path.startsWith('..') || isAbsolute(path) ? null : path.split(sep).join('/')
}

function targetOf(result: ResultEvent): string {
  if (result.target !== undefined) return result.target
  return result.once ? ANY_HOST : result.host
}

/** Roles and collections that live elsewhere are named by what stands after their search path. */
function stableFile(root: string, file: string): string {
  const inside = fileInCheckout(root, file)
  if (inside !== null) return inside
  const at = Math.max(file.lastIndexOf('/ansible_collections/'), file.lastIndexOf('/roles/'))
  return at === -1 ? file.slice(file.lastIndexOf('/') + 1) : file.slice(at)
}
