import type { Command } from 'commander'
import { configJsonSchemaText, validateConfig } from '../app.js'
import { EXIT_CODES } from './exit-code.js'
import { printOut } from './print-out.js'
import { withConfigOption } from './result-options.js'
import { printProblems } from './with-app.js'

/** Adds `driftd config validate | schema`. */
export function addConfigCommand(program: Command): void {
  const command = program.command('config').description('check driftd.yaml, or print its JSON Schema')
  withConfigOption(command.command('validate'))
    .description('all problems with file, line and path')
    .action(validate)
  command.command('schema').description('JSON Schema of driftd.yaml, for editors').action(schema)
}

async function validate(options: { readonly config?: string }): Promise<void> {
  const result = await validateConfig(options.config ?? null, process.cwd())
  if (!result.ok) {
    printProblems(result.problems)
    process.exitCode = EXIT_CODES.error
    return
  }
  for (const warning of result.warnings) process.stderr.write(`warning: ${warning}\n`)
  await printOut(`${result.file} is valid`)
}

async function schema(): Promise<void> {
  await printOut(configJsonSchemaText())
}
