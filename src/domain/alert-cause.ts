import type { Drift } from './drift.js'
import { canonicalJson } from './fingerprint.js'
import type { Change, DriftRecord } from './record.js'

/** A longer description stands for itself by the content hash: causes are compared and stored. */
const MAX_LENGTH = 400

/**
 * What drifts of several stacks have in common where one thing brought them about: the engine's plug-in (`aws` of `aws_vpc`,
 * a module of Ansible), the attributes and what they are now. So it is one cause too where a release of a plug-in gives many
 * types of resources the same new attribute. Null: what is gone, unmanaged or in conflict is a matter of its own stack.
 */
export function causeOfRecord(record: DriftRecord): string | null {
  if (record.kind === 'check') return JSON.stringify(['drift', 'check', record.address])
  if (record.kind !== 'changed' || record.resourceType === null || record.changes.length === 0) return null
  const family = pluginOf(record.resourceType)
  const content = contentText(record.changes) ?? JSON.stringify(record.contentHash)
  return `["drift",${JSON.stringify(family)},${content}]`
}

/** What the attributes are now; null where a value is withheld or not known, or all of it is long. */
function contentText(changes: readonly Change[]): string | null {
  const parts: string[] = []
  let length = 0
  for (const { path, actual, sensitive } of changes) {
    // long texts are not even looked at: there may be many
    const isTelling =
      !sensitive && actual !== undefined && !(typeof actual === 'string' && actual.length > MAX_LENGTH)
    if (!isTelling) return null
    const part = canonicalJson([path, actual])
    length += part.length
    if (length > MAX_LENGTH) return null
    parts.push(part)
  }
  return `[${parts.join(',')}]`
}

/** A plug-in of an engine in another version than in the scan before. */
export interface PluginVersionChange {
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly name: string
  readonly from: string
  readonly to: string
}

/** What was found out about the plug-ins of a stack, by the scan that first ran with other versions. */
export interface PluginChange {
  readonly scan: string
  readonly changes: readonly PluginVersionChange[]
}

/**
 * The cause of a drift that was opened by the scan which first ran with another version of its plug-in: the same in every
 * stack that took that step, whatever differs. Null: there was no such step.
 */
export function causeOfRelease(
  { record, openedScan }: Pick<Drift, 'record' | 'openedScan'>,
  pluginChange: PluginChange | null,
): string | null {
  if (pluginChange === null || pluginChange.scan !== openedScan || record.resourceType === null) return null
  const family = pluginOf(record.resourceType)
  const step = pluginChange.changes.find(({ name }) => name.split('/').at(-1) === family)
  return step === undefined ? null : JSON.stringify([...RELEASE, step.name, step.from, step.to])
}

/** The step that a cause tells of, or null where it is of another kind. */
export function releaseOf(cause: string): PluginVersionChange | null {
  if (!cause.startsWith(JSON.stringify(RELEASE).slice(0, -1))) return null
  const [name = '', from = '', to = ''] = (JSON.parse(cause) as readonly string[]).slice(RELEASE.length)
  return { name, from, to }
}

const RELEASE = ['drift', 'release'] as const

/** The cause of scans without a verdict. */
export function causeOfFailure(provider: string, code: string): string {
  return JSON.stringify(['scan', provider, code])
}

/** `aws` of `aws_security_group`; a module of Ansible (`ansible.builtin.copy`) is its own. */
export function pluginOf(resourceType: string): string {
  return resourceType.includes('.') ? resourceType : (resourceType.split('_')[0] ?? resourceType)
}
