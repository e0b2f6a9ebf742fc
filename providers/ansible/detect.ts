import { realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { DriftError } from '../../src/domain/errors.js'
import { compareRecords } from '../../src/domain/record.js'
import type { ScanWarning } from '../../src/domain/scan.js'
import type { CommandOutcome } from '../../src/lib/run-command.js'
import type { Detection, DetectRequest } from '../../src/scan/provider.js'
import { findAnsibleConfig } from './ansible-config.js'
import { readBaseline } from './baseline.js'
import { refusePrompts } from './command-line.js'
import { decideCoverage } from './coverage.js'
import { describeFailure } from './failure.js'
import { fileInCheckout } from './identity.js'
import { type AnsibleOptions, parseAnsibleOptions } from './options.js'
import { PlaybookView } from './playbook-view.js'
import { readEvents } from './read-events.js'
import { makeRunFolders } from './run-folders.js'
import { runPlaybook } from './run-playbook.js'
import { decideInvalidity } from './validity.js'

/**
 * Compares one playbook with its hosts. Throws the codes of the Ansible group, ENGINE_MISSING, ENGINE_TOO_OLD,
 * ENGINE_KILLED, ENGINE_FAILED, OUTPUT_INVALID, DISK_FULL, and the reason of the signal.
 */
export async function detectPlaybookDrift(request: DetectRequest<AnsibleOptions>): Promise<Detection> {
  const options = parseAnsibleOptions(request.stack.options)
  const folder = resolve(request.checkout.root, request.stack.path)
  await checkInputs(folder, options)
  request.onPhase('check')
  const { view, outcome } = await runAndRead(request, { options, folder })
  request.signal.throwIfAborted()
  if (view.stats === null && view.broken === null) {
    request.onPhase('check')
    throw describeFailure(outcome)
  }
  const invalidity = decideInvalidity(view)
  if (invalidity !== null) throw invalidity
  return toDetection(view)
}

interface Place {
  readonly options: AnsibleOptions
  readonly folder: string
}

async function runAndRead(
  request: DetectRequest<AnsibleOptions>,
  { options, folder }: Place,
): Promise<{ readonly view: PlaybookView; readonly outcome: CommandOutcome }> {
  const { env, secrets, key, signal, checkout, onEngine } = request
  const config = await findAnsibleConfig(folder, env)
  const folders = await makeRunFolders(request.scratchFolder, config, env)
  try {
    const outcome = await runPlaybook({
      folder,
      options,
      config,
      folders,
      env,
      secrets,
      key,
      signal,
      onEngine,
    })
    request.onPhase('parse')
    const view = new PlaybookView({
      stack: request.stack.name,
      key,
      root: await sourceRoot(checkout.root, resolve(folder, options.playbook)),
      commit: checkout.commit,
      baseline: readBaseline(request.baseline),
    })
    view.unreadableLines = (await readEvents(folders.events, (event) => view.take(event))).unreadableLines
    return { view, outcome }
  } finally {
    await folders.remove()
  }
}

/** What sources are relative to: the checkout, or the folder of a playbook that lies outside of it. */
async function sourceRoot(checkout: string, playbook: string): Promise<string> {
  const root = await realpath(checkout)
  const file = await realpath(playbook).catch(() => playbook)
  return fileInCheckout(root, file) === null ? dirname(file) : root
}

function toDetection(view: PlaybookView): Detection {
  const { coverage, ratio, isPartial } = decideCoverage(view)
  const findings = [...view.findings].sort(compareRecords)
  return {
    findings,
    coverage,
    coverageRatio: ratio,
    isPartial,
    warnings: warningsOf(view),
    nextBaseline: view.nextBaseline(),
  }
}

function warningsOf(view: PlaybookView): readonly ScanWarning[] {
  const prompts = view.prompts.map(({ name }) => ({
    code: 'PROMPT_DEFAULTED' as const,
    message: `the playbook asks for ${name}; the scan took its default`,
  }))
  const plays = view.emptyPlays.map((name) => ({
    code: 'PLAY_WITHOUT_HOSTS' as const,
    message: `the play "${name}" matches no host: nothing of it was checked`,
  }))
  return [...prompts, ...plays]
}

/** What can be seen before an engine runs gives the clearer error. */
async function checkInputs(folder: string, options: AnsibleOptions): Promise<void> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder)
    throw new DriftError('NOT_A_DIRECTORY', `${folder} is no folder: correct the path of the stack`)
  refusePrompts(options)
  if (!(await exists(folder, options.playbook)) && !COLLECTION_PLAYBOOK.test(options.playbook)) {
    throw new DriftError('PLAYBOOK_NOT_FOUND', `there is no playbook ${options.playbook} in ${folder}`)
  }
  for (const item of options.inventory) {
    if (isHostList(item) || (await exists(folder, item))) continue
    throw new DriftError('INVENTORY_INVALID', `there is no inventory ${item} in ${folder}`)
  }
  const passwordFile = options.vaultPasswordFile
  if (passwordFile !== undefined && !(await exists(folder, passwordFile))) {
    throw new DriftError('VAULT_PASSWORD_MISSING', `there is no vault password file ${passwordFile}`)
  }
}

/** `namespace.collection.playbook` names a playbook of a collection. */
const COLLECTION_PLAYBOOK = /^[a-z_]\w*\.[a-z_]\w*\.\w+$/i

/** Ansible takes anything with a comma as a list of hosts. */
function isHostList(inventory: string): boolean {
  return inventory.includes(',')
}

async function exists(folder: string, path: string): Promise<boolean> {
  const absolute = isAbsolute(path) ? path : resolve(folder, path)
  return stat(absolute).then(
    () => true,
    () => false,
  )
}
