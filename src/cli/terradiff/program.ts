import { Command } from 'commander'
import { collect, parseTimeout } from '../option-values.js'
import { withScanOptions } from '../result-options.js'
import { runMain } from '../run-main.js'
import { readVersion } from '../version.js'
import type { TerradiffOptions } from './compare-folder.js'

const EXAMPLES = `
Examples:
  terradiff                                   compare the current folder with reality
  terradiff live/prod --workspace prod        another folder, another workspace
  terradiff live/prod -o json                 for programs
  terraform show -json plan.out | terradiff --plan-json -
                                              the verdict on a plan made elsewhere

Nothing is changed: not one byte of the folder, not the state, not the infrastructure.
Exit codes: 0 in sync, 2 drift, 1 error, 4 incomplete, 130 interrupted.`

/** Runs `terradiff` with a command line. */
export async function runTerradiff(argv: readonly string[]): Promise<void> {
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
  withScanOptions(program).action(async (dir: string, options: TerradiffOptions) => {
    const { compareFolder } = await import('./compare-folder.js')
    await compareFolder(dir, options)
  })
  await runMain(program, argv)
}
