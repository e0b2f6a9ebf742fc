import { COMPUTE_EDITS } from './edits-compute.js'
import { DNS_EDITS } from './edits-dns.js'
import { IDENTITY_EDITS } from './edits-identity.js'
import { KEY_EDITS } from './edits-keys.js'
import { MESSAGING_EDITS } from './edits-messaging.js'
import { NETWORK_EDITS } from './edits-network.js'
import { STORAGE_EDITS } from './edits-storage.js'
import type { Edit, World } from './edits-world.js'

/** Everything that is done behind the code's back, in one world: no edit disturbs another. */
export const EDITS: readonly Edit[] = [
  ...NETWORK_EDITS,
  ...COMPUTE_EDITS,
  ...STORAGE_EDITS,
  ...IDENTITY_EDITS,
  ...MESSAGING_EDITS,
  ...DNS_EDITS,
  ...KEY_EDITS,
]

/** Makes the edits one after the other; an error names the edit. */
export async function makeEdits(edits: readonly Edit[], world: World): Promise<void> {
  for (const edit of edits) {
    try {
      await edit.make(world)
    } catch (error) {
      throw new Error(`edit "${edit.name}": ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
    }
  }
}
