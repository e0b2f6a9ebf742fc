import { type Command, Option } from 'commander'
import { REMEDIATION_ACTIONS, type RemediationAction } from '../domain/proposal.js'
import type { RemediationOutcome } from '../domain/remediation-outcome.js'
import { EXIT_CODES } from './exit-code.js'
import { withInterrupt } from './interrupt.js'
import { collect, parseLine } from './option-values.js'
import { printOut } from './print-out.js'
import { createProgress } from './progress.js'
import { withConfigOption, withOutputOptions } from './result-options.js'
import { viewOf } from './terminal.js'
import { withApp } from './with-app.js'

const EXAMPLES = `
Examples:
  driftd remediate prod/network                        propose, wait, carry out: as far as it goes now
  driftd remediate prod/network --record k7x2mq        this difference only
  driftd remediate prod/network --action accept        take it over into the state instead (Terraform)
  driftd remediate prod/network -o json                for programs

Can be repeated at any time; it always says where it stands. Nothing is changed but what a person approved in a pull
request, exactly that, once.

Exit codes: 0 no drift, or carried out and verified; 2 proposed or waiting; 3 refused by the gate; 1 error, a failed or
an interrupted apply.`

const OUTPUT_FORMATS = ['table', 'json'] as const

interface RemediateOptions {
  readonly config?: string
  readonly action?: RemediationAction
  readonly record?: readonly string[]
  readonly includePending?: boolean
  readonly allowIrreversible?: boolean
  readonly allowMassDelete?: boolean
  readonly again?: boolean
  readonly requester?: string
  readonly output: (typeof OUTPUT_FORMATS)[number]
  readonly color: boolean
  readonly quiet?: boolean
}

/** What `driftd remediate` takes and does. */
export function defineRemediate(command: Command): void {
  withOutputOptions(withConfigOption(command), OUTPUT_FORMATS)
    .addOption(
      new Option('--action <action>', 'default: the usual one of the engine').choices([
        ...REMEDIATION_ACTIONS,
      ]),
    )
    .option('--record <id>', 'only this difference; may be given several times', collect)
    .option('--include-pending', 'apply code that nobody applied yet, too')
    .option('--allow-irreversible', 'let it replace or delete what holds data')
    .option('--allow-mass-delete', 'let it make anew what seems to be deleted, though most of the stack is')
    .option('--again', 'ask once more for what was refused, or closed unmerged')
    .option('--requester <name>', 'who asks, and never counts as approver; default: your account', parseLine)
    .addHelpText('after', EXAMPLES)
    .action(remediate)
}

async function remediate(stack: string, options: RemediateOptions): Promise<void> {
  const { renderRemediation } = await import('./output/remediation-lines.js')
  const { remediationDocument } = await import('../documents/remediation-document.js')
  const { jsonText } = await import('../documents/json-text.js')
  await withApp(options, (app) =>
    withInterrupt(async (signal) => {
      const isQuiet = options.quiet ?? false
      const nowMs = (): number => performance.now()
      const progress = createProgress({ stream: process.stderr, isQuiet, nowMs, signal })
      const remediation = await app.remediation()
      const wish = {
        action: options.action ?? null,
        records: options.record ?? [],
        includePending: options.includePending ?? false,
        allowIrreversible: options.allowIrreversible ?? false,
        allowMassDelete: options.allowMassDelete ?? false,
        again: options.again ?? false,
        requester: options.requester ?? null,
      }
      const outcome = await remediation
        .remediate(stack, wish, { signal, onEvent: progress.onEvent })
        .finally(progress.stop)
      const text =
        options.output === 'json'
          ? jsonText(remediationDocument(outcome), { isIndented: true })
          : renderRemediation(outcome, viewOf(process.stdout, options.color))
      await printOut(text)
      process.exitCode = remediationExitCode(outcome)
    }),
  )
}

/** 0 in sync or verified, 2 drift is still there, 3 refused, also where something else was proposed, 1 an error. */
export function remediationExitCode({ status }: Pick<RemediationOutcome, 'status'>): number {
  switch (status) {
    case 'in-sync':
    case 'applied':
      return EXIT_CODES.inSync
    case 'drifted':
    case 'proposed':
    case 'waiting':
    case 'not-converged':
      return EXIT_CODES.drift
    case 'refused':
    case 'not-now':
      return EXIT_CODES.refused
    case 'failed':
    case 'unknown':
      return EXIT_CODES.error
  }
}
