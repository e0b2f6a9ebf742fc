import type { Command } from 'commander'
import { EXIT_CODES } from './exit-code.js'
import { printOut } from './print-out.js'
import { withConfigOption } from './result-options.js'
import { printProblems } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd config validate                       every problem of ./driftd.yaml at once
  driftd config validate -c other/driftd.yaml
  driftd config schema > driftd.schema.json    for editors; driftd init writes it too`

/** What `driftd config validate | schema` take and do. */
export function defineConfig(command: Command): void {
  command.addHelpText('afterAll', EXAMPLES)
  withConfigOption(command.command('validate'))
    .description('all problems with file, line and path; exits 1 where there is one')
    .action(validate)
  command.command('schema').description('JSON Schema of driftd.yaml, for editors').action(schema)
}

async function validate(options: { readonly config?: string }): Promise<void> {
  const { validateConfig } = await import('../app.js')
  const result = await validateConfig(options.config ?? null, process.cwd())
  if (!result.ok) {
    printProblems(result.problems)
    process.exitCode = EXIT_CODES.error
    return
  }
  await printOut(`${result.file} is valid`)
}

async function schema(): Promise<void> {
  const { configJsonSchemaText } = await import('../app.js')
  await printOut(configJsonSchemaText())
}
