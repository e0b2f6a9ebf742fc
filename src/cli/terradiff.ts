import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { describePlace, givenPlanProvider, type OneShot, providerNamed } from '../app.js'
import { DriftError } from '../domain/errors.js'
import { runOneShot } from './one-shot.js'
import { collect, parseTimeout } from './option-values.js'
import { escapeText } from './output/escape-text.js'
import { type ResultOptions, withScanOptions } from './result-options.js'
import { runMain } from './run-main.js'
import { readVersion } from './version.js'

const EXAMPLES = `
Examples:
  terradiff                                   compare the current folder with reality
  terradiff live/prod --workspace prod        another folder, another workspace
  terradiff live/prod -o json                 for programs
  terraform show -json plan.out | terradiff --plan-json -
                                              the verdict on a plan made elsewhere

Nothing is changed: not one byte of the folder, not the state, not the infrastructure.
Exit codes: 0 in sync, 2 drift, 1 error, 4 incomplete, 130 interrupted.`

const DEFAULT_TIMEOUT_MS = 15 * 60_000

interface Options extends ResultOptions {
  readonly workspace?: string
  readonly var?: readonly string[]
  readonly varFile?: readonly string[]
  readonly backendConfig?: readonly string[]
  readonly engine?: string
  readonly timeout?: number
  readonly planJson?: string
  readonly schemaJson?: string
}

/** The command `terradiff`. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('terradiff')
    .description('Compares one Terraform directory with reality: what differs, and who made it differ')
    .version(readVersion(), '-V, --version')
    .argument('[dir]', 'a root module', '.')
    .option('--workspace <name>', 'default: the one the folder has selected')
    .option('--var <key=value>', 'as terraform takes it; repeat for more', collect)
    .option('--var-file <file>', 'as terraform takes it; repeat for more', collect)
    .option('--backend-config <file|key=value>', 'as `terraform init` takes it; repeat for more', collect)
    .option('--engine <name|path>', 'terraform, tofu or the path of one; default: the one on PATH')
    .option('--timeout <duration>', 'such as 90s or 20m; default 15m', parseTimeout)
    .option('--plan-json <file>', 'judge this `terraform show -json` output instead; - for standard input')
    .option(
      '--schema-json <file>',
      'with --plan-json: `terraform providers schema -json` of the same providers',
    )
    .addHelpText('after', EXAMPLES)
  withScanOptions(program).action(compare)
  await runMain(program, argv)
}

async function compare(dir: string, options: Options): Promise<void> {
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

function toOneShot(folder: string, options: Options): OneShot {
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

function givenPlan(planFile: string, options: Options): OneShot['provider'] {
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
