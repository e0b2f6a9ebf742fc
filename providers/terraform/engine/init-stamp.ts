import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { keyedHash } from '../../../src/domain/fingerprint.js'
import type { BackendBlock } from '../code/file-facts.js'

/** Everything that decides what `init` does; not the folder, so that another commit's checkout needs no `init`. */
export interface InitInputs {
  /** Required providers, modules and backend, as the code says them. */
  readonly code: string
  /** The lock file's text, or null. */
  readonly lockFile: string | null
  /** What the folder's own `.terraform` remembers. */
  readonly remembered: BackendBlock | null
  /** `-backend-config`, files by content. */
  readonly backendConfig: readonly string[]
  readonly engine: { readonly path: string; readonly version: string }
  /** The engine's own configuration (mirrors, registries): its text, or null. */
  readonly cliConfig: string | null
  readonly pluginCacheFolder: string
  /** The commit where some module is fetched from a reference that may move, else null. */
  readonly movingCommit: string | null
}

/** What the last good `init` was made for. */
export interface InitStamp {
  /** Keyed hash: backend settings may hold secrets. */
  readonly hash: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Moving module references are fetched again after this time (product.md, Whose Terraform). */
export const MOVING_MAX_AGE_MS = 24 * 60 * 60 * 1000

const stampSchema = z.object({ hash: z.string(), at: z.number() })

/** The keyed hash of everything that decides what `init` does. */
export function hashInitInputs(inputs: InitInputs, key: Buffer): string {
  return keyedHash(key, JSON.stringify(inputs))
}

/** Why `init` has to run, or null where the last one still stands. */
export function decideInit(
  stamp: InitStamp | null,
  wanted: { readonly hash: string; readonly isMoving: boolean; readonly nowMs: number },
): 'first' | 'changed' | 'moving' | null {
  if (stamp === null) return 'first'
  if (stamp.hash !== wanted.hash) return 'changed'
  if (wanted.isMoving && Math.abs(wanted.nowMs - stamp.at) > MOVING_MAX_AGE_MS) return 'moving'
  return null
}

/** The stamp of the last good `init`, or null. */
export async function readInitStamp(path: string): Promise<InitStamp | null> {
  try {
    return stampSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return null
  }
}

/** Writes the stamp at once or not at all. */
export async function writeInitStamp(path: string, stamp: InitStamp): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(stamp), { mode: 0o600 })
  await rename(`${path}.new`, path)
}
