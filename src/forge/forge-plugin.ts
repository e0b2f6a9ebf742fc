import type { z } from 'zod'
import type { History } from '../git/history.js'
import type { Clock } from '../lib/clock.js'
import type { Secret } from '../lib/schema/setting.js'
import type { Forge } from './forge.js'
import type { RequestBranches } from './request-branches.js'

/** A forge that driftd knows: the keys of `remediation.forge` that only it has, and how it is made. */
export interface ForgePlugin {
  readonly type: string
  readonly optionsShape: z.ZodRawShape
  /** What is wrong between keys that are each valid, or null. */
  readonly problemOf?: (options: never) => string | null
  /** Throws what stands in the way: SECRET_UNAVAILABLE, SIGNERS_UNUSABLE, FORGE_FAILED. */
  create(parts: ForgeParts): Promise<Forge>
}

/** What a forge is made of, for one tracked repository. */
export interface ForgeParts {
  /** What its schema gave. */
  readonly options: Readonly<Record<string, unknown>>
  /** Folder of driftd.yaml, to which paths are relative. */
  readonly baseFolder: string
  /** The tracked branch, its history, and the branches of requests. */
  readonly trackedBranch: string
  readonly history: History
  readonly branches: RequestBranches
  /** `remediation.approvals.approvers`: names, or `@organisation/team`. */
  readonly approvers: readonly string[]
  /** Private folder for what must be a file. */
  readonly scratchFolder: string
  readonly clock: Clock
  readonly env: Readonly<Record<string, string | undefined>>
  readSecret(secret: Secret): Promise<string>
}
