import { readFile, rename, writeFile } from 'node:fs/promises'
import { keyedHash } from '../../../src/domain/fingerprint.js'
import type { Detection } from '../../../src/scan/provider.js'
import { programDigest } from '../program-digest.js'
import type { MadePlan } from './plan.js'
import type { PlanFile } from './plan-file.js'

/** Everything that a verdict on a plan without changes follows from. */
export interface VerdictInputs {
  readonly planFile: PlanFile
  /** The lock file's text. */
  readonly lockFile: string | null
  /** Variables and their files, by content. */
  readonly variables: readonly string[]
  readonly engine: string
  readonly stack: string
  readonly secrets: readonly string[]
  /** Where the code lies below the checkout: sources are named from there. */
  readonly path: string
}

/**
 * True where `show` may be left out when the verdict's inputs are those of the last shown plan: nothing is planned,
 * nothing was deferred, nothing was said (a check that fails always is, as a warning), and every line of the stream was understood. The stream alone
 * would be unsound: an open port on a security group without rules in the code leaves it the same
 * (facts/terraform.md, section 1), but not the state in the plan file.
 */
export function isVerdictReusable(plan: MadePlan): boolean {
  const { stream } = plan
  return (
    plan.exitCode === 0 &&
    !stream.hasPlannedChange &&
    !stream.hasDeferral &&
    stream.strayLines === 0 &&
    stream.diagnostics.length === 0
  )
}

/** The keyed hash of the inputs, and of the program that judges them. */
export function hashVerdictInputs(inputs: VerdictInputs, key: Buffer): string {
  return keyedHash(key, JSON.stringify([programDigest(), inputs]))
}

/** The verdict that was stored for these inputs, or null. */
export async function readVerdict(path: string, hash: string): Promise<Detection | null> {
  try {
    const stored = JSON.parse(await readFile(path, 'utf8')) as { hash?: unknown; detection?: Detection }
    return stored.hash === hash ? (stored.detection ?? null) : null
  } catch {
    return null
  }
}

/** Stores a verdict, which is free of secrets, at once or not at all. */
export async function writeVerdict(path: string, hash: string, detection: Detection): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify({ hash, detection }), { mode: 0o600 })
  await rename(`${path}.new`, path)
}
