import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { providerNamed } from '../../app.js'
import type { OneShot } from '../../compose/one-shot.js'
import { runOneShot } from '../one-shot.js'
import type { ResultOptions } from '../result-options.js'

const DEFAULT_TIMEOUT_MS = 15 * 60_000

/** The options of `ansiblediff`. */
export interface AnsiblediffOptions extends ResultOptions {
  readonly inventory?: readonly string[]
  readonly limit?: string
  readonly tags?: readonly string[]
  readonly skipTags?: readonly string[]
  readonly extraVars?: readonly string[]
  readonly vaultPasswordFile?: string
  readonly vaultId?: readonly string[]
  readonly forks?: number
  readonly minCoverage?: number
  readonly keepCallback?: readonly string[]
  readonly engine?: string
  readonly timeout?: number
}

/** Compares one playbook with its hosts and prints the report. */
export async function comparePlaybook(playbook: string, options: AnsiblediffOptions): Promise<void> {
  await runOneShot(toOneShot(playbook, options), options)
}

function toOneShot(playbook: string, options: AnsiblediffOptions): OneShot {
  return {
    provider: providerNamed('ansible'),
    name: resolve(playbook),
    folder: process.cwd(),
    timeoutMs: options.timeout ?? DEFAULT_TIMEOUT_MS,
    isWorkspaceNamed: false,
    ...(options.minCoverage !== undefined && { minCoverage: options.minCoverage }),
    options: toPlaybookOptions(playbook, options),
  }
}

function toPlaybookOptions(playbook: string, options: AnsiblediffOptions): Readonly<Record<string, unknown>> {
  return {
    playbook: existsSync(playbook) ? resolve(playbook) : playbook,
    inventory: options.inventory ?? [],
    tags: options.tags ?? [],
    skipTags: options.skipTags ?? [],
    vaultIds: options.vaultId ?? [],
    keepCallbacks: options.keepCallback ?? [],
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.extraVars !== undefined && { extraVars: options.extraVars }),
    ...(options.vaultPasswordFile !== undefined && { vaultPasswordFile: options.vaultPasswordFile }),
    ...(options.forks !== undefined && { forks: options.forks }),
    ...(options.engine !== undefined && { engine: options.engine }),
  }
}
