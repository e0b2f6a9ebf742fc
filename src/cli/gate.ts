import type { Command } from 'commander'
import { EXIT_CODES } from './exit-code.js'
import { withInterrupt } from './interrupt.js'
import { printOut } from './print-out.js'
import { withConfigOption, withOutputOptions } from './result-options.js'
import { viewOf } from './terminal.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd gate explain 01KAV3...          every check, passed or failed, with its evidence and the way out
  driftd gate explain 01KAV3... -o json  for programs

Changes nothing. Exits 0 where every check passes, else 3.`

const OUTPUT_FORMATS = ['table', 'json'] as const

interface GateOptions {
  readonly config?: string
  readonly output: (typeof OUTPUT_FORMATS)[number]
  readonly color: boolean
  readonly quiet?: boolean
}

/** What `driftd gate explain` takes and does. */
export function defineGate(command: Command): void {
  command.addHelpText('afterAll', EXAMPLES)
  withOutputOptions(withConfigOption(command.command('explain <request>')), OUTPUT_FORMATS)
    .description('every check of the gate, passed or failed, with its evidence')
    .action(explain)
}

async function explain(id: string, options: GateOptions): Promise<void> {
  const { renderGate } = await import('./output/remediation-lines.js')
  const { gateDocument } = await import('../documents/remediation-document.js')
  const { jsonText } = await import('../documents/json-text.js')
  await withApp(options, (app) =>
    withInterrupt(async (signal) => {
      const remediation = await app.remediation()
      const explained = await remediation.explain(id, { signal, onEvent: () => undefined })
      const text =
        options.output === 'json'
          ? jsonText(gateDocument(explained), { isIndented: true })
          : renderGate(explained, viewOf(process.stdout, options.color))
      await printOut(text)
      if (explained.verdict !== 'open') process.exitCode = EXIT_CODES.refused
    }),
  )
}
