import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describePlace, givenPlanProvider, providerNamed } from '../../app.js'
import type { OneShot } from '../../compose/one-shot.js'
import { DriftError } from '../../domain/errors.js'
import { escapeText } from '../../lib/text/escape-text.js'
import { runOneShot } from '../one-shot.js'
import type { ResultOptions } from '../result-options.js'

const DEFAULT_TIMEOUT_MS = 15 * 60_000

/** The options of `terradiff`. */
export interface TerradiffOptions extends ResultOptions {
  readonly workspace?: string
  readonly var?: readonly string[]
  readonly varFile?: readonly string[]
  readonly backendConfig?: readonly string[]
  readonly engine?: string
  readonly timeout?: number
  readonly planJson?: string
  readonly schemaJson?: string
}

/** Compares one folder, or judges a plan that was made elsewhere, and prints the report. Throws USAGE. */
export async function compareFolder(dir: string, options: TerradiffOptions): Promise<void> {
  if (options.schemaJson !== undefined && options.planJson === undefined) {
    throw new DriftError('USAGE', '--schema-json goes with --plan-json: name the plan too')
  }
  const oneShot = toOneShot(resolve(dir), options)
  if (options.planJson === undefined && !options.quiet) await printPlace(oneShot)
  await runOneShot(oneShot, options)
}

/** Which state is compared is half of the verdict, and easily not the one that was meant. */
async function printPlace({ folder, options }: OneShot): Promise<void> {
  const place = await describePlace(folder, options, process.env)
  if (place !== null) process.stderr.write(`${escapeText(place)}\n`)
}

function toOneShot(folder: string, options: TerradiffOptions): OneShot {
  return {
    provider:
      options.planJson === undefined ? providerNamed('terraform') : givenPlan(options.planJson, options),
    name: folder,
    folder,
    timeoutMs: options.timeout ?? DEFAULT_TIMEOUT_MS,
    isWorkspaceNamed: options.workspace !== undefined,
    options: {
      ...(options.engine !== undefined && { engine: options.engine }),
      ...(options.workspace !== undefined && { workspace: options.workspace }),
      vars: options.var ?? [],
      varFiles: (options.varFile ?? []).map((file) => nearestFile(folder, file)),
      backendConfig: (options.backendConfig ?? []).map((value) => nearestFile(folder, value)),
    },
  }
}

function givenPlan(planFile: string, options: TerradiffOptions): OneShot['provider'] {
  return givenPlanProvider({
    plan: planFile === '-' ? process.stdin : resolve(planFile),
    schemaFile: options.schemaJson === undefined ? null : resolve(options.schemaJson),
  })
}

/** Terraform takes files relative to its folder; a shell completes them relative to the current one. Both work. */
function nearestFile(folder: string, value: string): string {
  const isHereOnly = !existsSync(resolve(folder, value)) && existsSync(resolve(value))
  return isHereOnly ? resolve(value) : value
}
