import type { StackStatus } from '../domain/stack-status.js'
import { SCHEMA_VERSION } from './schema-version.js'

/** `{ schemaVersion, stacks }`. */
export function statusDocument(stacks: readonly StackStatus[]): object {
  return { schemaVersion: SCHEMA_VERSION, stacks: stacks.map(stackDocument) }
}

function stackDocument(stack: StackStatus): object {
  return {
    name: stack.name,
    provider: stack.provider,
    status: stack.status,
    stale: stack.stale,
    openDrift: {
      critical: stack.openDrift.critical,
      high: stack.openDrift.high,
      medium: stack.openDrift.medium,
      low: stack.openDrift.low,
      info: stack.openDrift.info,
    },
    coverage: stack.coverage,
    lastScanAt: stack.lastScanAt,
    lastGoodScanAt: stack.lastGoodScanAt,
    nextScanAt: stack.nextScanAt,
    commit: stack.commit,
  }
}
