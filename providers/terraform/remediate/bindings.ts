import { createHash } from 'node:crypto'
import { keyedHash } from '../../../src/domain/fingerprint.js'
import { readLockedProviders } from '../code/provider-lock.js'
import type { ReadyStack } from '../engine/initialise.js'
import type { PlanFile } from '../engine/plan-file.js'
import type { Workplace } from '../engine/workplace.js'

/**
 * What a plan depends on beside code and world: whatever of it differs when the request is carried out makes the answer
 * no. Variables are hashed with the key, since they hold secrets; a lock file holds none.
 */
export async function describeBindings(
  workplace: Workplace,
  ready: ReadyStack,
  planFile: PlanFile,
): Promise<Readonly<Record<string, string>>> {
  const { place, request, variables } = workplace
  const { name, version } = ready.session.engine
  const providers = await readLockedProviders(ready.lockFile ?? '')
  const bindings = {
    backend: place.backend.type,
    engine: `${name} ${version}`,
    lineage: planFile.state?.lineage ?? 'no state',
    lockFile: ready.lockFile === null ? 'none' : `sha256:${sha256(ready.lockFile)}`,
    variables: `hmac:${keyedHash(request.key, JSON.stringify(variables))}`,
    workspace: place.workspace,
    ...Object.fromEntries(providers.map((provider) => [`provider ${provider.source}`, provider.version])),
  }
  return Object.fromEntries(Object.entries(bindings).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
