import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import { keyedHash } from '../../../src/domain/fingerprint.js'
import { runCommand } from '../../../src/lib/run-command.js'
import type { DetectRequest } from '../../../src/scan/provider.js'
import type { PlaybookPlace } from '../check-playbook.js'
import { fileInCheckout } from '../identity.js'
import type { AnsibleOptions } from '../options.js'
import type { PlaybookView } from '../playbook-view.js'
import { readExtraVars } from './extra-vars.js'

/** What a run depends on. */
export interface BindingsRequest {
  readonly request: DetectRequest<AnsibleOptions>
  readonly place: PlaybookPlace
  readonly view: PlaybookView
}

/** An inventory of thousands of hosts with all their variables. */
const MAX_INVENTORY_BYTES = 64 * 1024 * 1024
/** A role outside the repository is code of a few hundred files. */
const MAX_OUTSIDE_FILES = 5_000
const MAX_OUTSIDE_BYTES = 64 * 1024 * 1024

/**
 * What running a playbook depends on beside the repository: whatever of it differs when the request is carried out makes the
 * answer no. Keyed hashes wherever secrets may be inside. Throws INVENTORY_INVALID, REMEDIATION_UNSUPPORTED.
 */
export async function describeBindings(of: BindingsRequest): Promise<Readonly<Record<string, string>>> {
  const { request, place, view } = of
  const { options, folder, config } = place
  const keyed = (text: string): string => `hmac:${keyedHash(request.key, text)}`
  return {
    ansibleConfig: config.file === null ? 'none' : keyed(await readFile(config.file, 'utf8')),
    engine: `ansible-core ${view.start?.core ?? 'unknown'}`,
    extraVars: keyed(await readExtraVars(options, folder)),
    inventory: keyed(await resolveInventory(of)),
    outsideCode: await hashOutsideCode(request.checkout.root, view.taskFiles),
    selection: JSON.stringify([options.limit ?? null, options.tags, options.skipTags]),
  }
}

/** Every host, group and variable, as Ansible resolves them: also from scripts and plug-ins. */
async function resolveInventory({ request, place }: BindingsRequest): Promise<string> {
  const { options, folder } = place
  const outcome = await runCommand({
    command: 'ansible-inventory',
    args: [
      '--list',
      '--export',
      ...options.inventory.map((item) => `--inventory=${item}`),
      ...(options.vaultPasswordFile === undefined
        ? []
        : [`--vault-password-file=${options.vaultPasswordFile}`]),
      ...options.vaultIds.map((id) => `--vault-id=${id}`),
    ],
    cwd: folder,
    env: request.env,
    stdout: { kind: 'text' },
    maxOutputBytes: MAX_INVENTORY_BYTES,
    signal: request.signal,
  })
  request.signal.throwIfAborted()
  if (outcome.exitCode === 0 && !outcome.isTruncated) return outcome.stdout
  throw new DriftError(
    'INVENTORY_INVALID',
    `ansible-inventory could not list the inventory of ${request.stack.name} (exit code ${outcome.exitCode}): try ansible-inventory --list in ${folder}`,
  )
}

/** Roles and collections that are no part of the repository, file by file: their code runs too. */
async function hashOutsideCode(checkout: string, files: ReadonlySet<string>): Promise<string> {
  const root = await realpath(checkout)
  const outside = [...files].filter((file) => file !== '' && fileInCheckout(root, file) === null)
  const folders = [...new Set(outside.map(codeFolderOf))].sort()
  if (folders.length === 0) return 'none'
  const hash = createHash('sha256')
  const budget = { files: MAX_OUTSIDE_FILES, bytes: MAX_OUTSIDE_BYTES }
  for (const folder of folders) await hashFolder(folder, { hash, budget })
  return `sha256:${hash.digest('hex')}`
}

/** `<role>/tasks/main.yml` belongs to the role; any other file to its folder. */
function codeFolderOf(file: string): string {
  const folder = dirname(file)
  return ['tasks', 'handlers'].includes(basename(folder)) ? dirname(folder) : folder
}

interface Hashing {
  readonly hash: ReturnType<typeof createHash>
  readonly budget: { files: number; bytes: number }
}

async function hashFolder(folder: string, hashing: Hashing): Promise<void> {
  const { hash, budget } = hashing
  for (const name of (await readdir(folder)).sort()) {
    if (name === '__pycache__' || name === '.git') continue
    const path = join(folder, name)
    const found = await lstat(path)
    if (found.isDirectory()) await hashFolder(path, hashing)
    if (!found.isFile()) continue
    budget.files -= 1
    budget.bytes -= found.size
    if (budget.files < 0 || budget.bytes < 0) throw tooLarge(folder)
    hash
      .update(`${path}\0`)
      .update(await readFile(path))
      .update('\0')
  }
}

function tooLarge(folder: string): DriftError {
  const message = `${folder} is outside the repository and too large to be bound to an approval: keep the roles of this playbook in the repository`
  return new DriftError('REMEDIATION_UNSUPPORTED', message)
}
