import { realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { DriftError } from '../../src/domain/errors.js'
import type { CommandOutcome } from '../../src/lib/run-command.js'
import type { DetectRequest } from '../../src/scan/provider.js'
import { type AnsibleConfig, findAnsibleConfig } from './ansible-config.js'
import { readBaseline } from './baseline.js'
import { refusePrompts } from './command-line.js'
import { describeFailure } from './failure.js'
import { fileInCheckout } from './identity.js'
import { type AnsibleOptions, parseAnsibleOptions } from './options.js'
import { PlaybookView } from './playbook-view.js'
import { readEvents } from './read-events.js'
import { makeRunFolders } from './run-folders.js'
import { runPlaybook } from './run-playbook.js'
import { decideInvalidity } from './validity.js'

/** Where a playbook is run, and how. */
export interface PlaybookPlace {
  readonly options: AnsibleOptions
  /** Absolute: the working directory. */
  readonly folder: string
  readonly config: AnsibleConfig
}

/** A playbook that was run in check mode to its end, with at least one host. */
export interface CheckedPlaybook {
  readonly view: PlaybookView
  readonly place: PlaybookPlace
}

/**
 * Runs one playbook in check mode and reads what it said. Throws the codes of the Ansible group, ENGINE_MISSING,
 * ENGINE_TOO_OLD, ENGINE_KILLED, ENGINE_FAILED, OUTPUT_INVALID, DISK_FULL, and the reason of the signal.
 */
export async function checkPlaybook(request: DetectRequest<AnsibleOptions>): Promise<CheckedPlaybook> {
  const options = parseAnsibleOptions(request.stack.options)
  const folder = resolve(request.checkout.root, request.stack.path)
  await checkInputs(folder, options)
  request.onPhase('check')
  const place = { options, folder, config: await findAnsibleConfig(folder, request.env) }
  const { view, outcome } = await runAndRead(request, place)
  request.signal.throwIfAborted()
  if (view.stats === null && view.broken === null) {
    request.onPhase('check')
    throw describeFailure(outcome)
  }
  const invalidity = decideInvalidity(view)
  if (invalidity !== null) throw invalidity
  return { view, place }
}

async function runAndRead(
  request: DetectRequest<AnsibleOptions>,
  { options, folder, config }: PlaybookPlace,
): Promise<{ readonly view: PlaybookView; readonly outcome: CommandOutcome }> {
  const { env, secrets, key, signal, checkout, onEngine } = request
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
      code: request.code ?? null,
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
