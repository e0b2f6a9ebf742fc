import { z } from 'zod'
import { readHclValues } from './hcl-facts.js'

/** A provider that a lock file selects. */
export interface LockedProvider {
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly source: string
  readonly version: string
}

/** Name of the lock file of Terraform and OpenTofu. */
export const LOCK_FILE = '.terraform.lock.hcl'

const lockSchema = z.object({
  provider: z.record(z.string(), z.array(z.object({ version: z.string() }))).default({}),
})

/** The providers of a lock file, sorted; empty where it does not parse (the engine says what is wrong with it). */
export async function readLockedProviders(text: string): Promise<readonly LockedProvider[]> {
  const parsed = lockSchema.safeParse(await readHclValues(LOCK_FILE, text))
  if (!parsed.success) return []
  return Object.entries(parsed.data.provider)
    .flatMap(([source, [block]]) => (block ? [{ source, version: block.version }] : []))
    .sort((a, b) => (a.source < b.source ? -1 : 1))
}
