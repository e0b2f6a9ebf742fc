import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeTree } from '../../git/remove-tree.js'
import { EXIT_CODES } from '../exit-code.js'
import { withInterrupt } from '../interrupt.js'
import { printOut } from '../print-out.js'
import { viewOf } from '../terminal.js'
import type { Check } from './check.js'
import { checkAccounts } from './check-accounts.js'
import { checkChannels } from './check-channels.js'
import { checkConfiguration } from './check-configuration.js'
import type { CheckContext } from './check-context.js'
import { checkMachine, isNativePartMissing } from './check-machine.js'
import { checkProviders } from './check-providers.js'
import { checkRemediation } from './check-remediation.js'
import { checkRepositories } from './check-repositories.js'
import { checkSecrets } from './check-secrets.js'
import { checkStore } from './check-store.js'
import { renderDoctorJson, renderDoctorTable } from './render-doctor.js'

/** The options of `driftd doctor`. */
export interface DoctorOptions {
  readonly config?: string
  readonly output: 'table' | 'json'
  readonly color: boolean
}

/** Looks at everything, prints it, and sets the exit code: 1 where a problem was found. */
export async function runDoctor(options: DoctorOptions): Promise<void> {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'driftd-doctor-'))
  try {
    const checks = await withInterrupt((signal) =>
      examine(options, { env: process.env, cwd: process.cwd(), scratchFolder, signal }),
    )
    const isJson = options.output === 'json'
    const view = viewOf(process.stdout, options.color)
    await printOut(isJson ? renderDoctorJson(checks) : renderDoctorTable(checks, view))
    if (checks.some(({ state }) => state === 'problem')) process.exitCode = EXIT_CODES.error
  } finally {
    await removeTree(scratchFolder)
  }
}

async function examine(options: DoctorOptions, context: CheckContext): Promise<readonly Check[]> {
  const machine = await checkMachine(context)
  const { checks: configuration, loaded } = await checkConfiguration(options.config ?? null, context)
  if (loaded === null) return [...machine, ...(await checkProviders([], context)), ...configuration]
  // without its locks nothing else can be looked at
  if (machine.some(isNativePartMissing)) return [...machine, ...configuration]
  const secrets = await checkSecrets(loaded, context.env)
  const store = await checkStore(loaded, context)
  const { checks: repositories, stacks } = await checkRepositories(loaded, context)
  const engines = [...(await checkProviders(stacks, context)), ...(await checkAccounts(loaded, context))]
  return [
    ...machine,
    ...engines,
    ...configuration,
    ...secrets,
    ...store,
    ...repositories,
    ...checkChannels(loaded),
    ...(await checkRemediation(loaded, context)),
  ]
}
