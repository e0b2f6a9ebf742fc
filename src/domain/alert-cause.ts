import { canonicalJson } from './fingerprint.js'
import type { DriftRecord } from './record.js'

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
  const text = canonicalJson([
    'drift',
    family,
    record.changes.map(({ path, actual }) => [path, actual ?? null]),
  ])
  const isTelling = record.changes.every(({ sensitive, actual }) => !sensitive && actual !== undefined)
  return isTelling && text.length <= MAX_LENGTH ? text : JSON.stringify(['drift', family, record.contentHash])
}

/** The cause of scans without a verdict. */
export function causeOfFailure(provider: string, code: string): string {
  return JSON.stringify(['scan', provider, code])
}

/** `aws` of `aws_security_group`; a module of Ansible (`ansible.builtin.copy`) is its own. */
export function pluginOf(resourceType: string): string {
  return resourceType.includes('.') ? resourceType : (resourceType.split('_')[0] ?? resourceType)
}
