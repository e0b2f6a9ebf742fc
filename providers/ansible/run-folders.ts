import { randomUUID } from 'node:crypto'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { keyedHash } from '../../src/domain/fingerprint.js'
import { type AnsibleConfig, configuredPath } from './ansible-config.js'
import { makeControlFolder } from './control-folder.js'

/** The private folders and files of one run. */
export interface RunFolders {
  /** ANSIBLE_HOME: empty but for links to the user's own collections, roles and plug-ins. */
  readonly home: string
  readonly temp: string
  /** Sockets of ssh; see control-folder.ts. */
  readonly control: string
  /** What the callback reads and deletes at its start. */
  readonly settings: string
  readonly events: string
  readonly extraVars: string
  /** Names the processes of this run. */
  readonly mark: string
  /** Removes the control folder; the rest goes with the scratch folder. */
  remove(): Promise<void>
}

/** What the callback is told. */
export interface CallbackRequest {
  readonly key: Buffer
  readonly secrets: readonly string[]
  readonly keepCallbacks: readonly string[]
}

/** product.md, Identity: at most 64 KiB a side and 2 MB a document. */
const MAX_SIDE_BYTES = 64 * 1024
const MAX_DOCUMENT_BYTES = 2_000_000

/** What a private home does not take over: temporary files, sockets and caches of real runs. */
const NOT_LINKED = new Set(['tmp', 'cp', 'pc', 'galaxy_cache', 'facts', 'fact_cache'])

/** Makes the folders of one run below its scratch folder. */
export async function makeRunFolders(
  scratch: string,
  config: AnsibleConfig,
  env: Readonly<Record<string, string>>,
): Promise<RunFolders> {
  const home = join(scratch, 'home')
  const temp = join(scratch, 'tmp')
  await Promise.all([mkdir(home, { mode: 0o700 }), mkdir(temp, { mode: 0o700 })])
  await linkHome(home, userHome(config, env))
  const control = await makeControlFolder({ env })
  return {
    home,
    temp,
    control: control.path,
    settings: join(scratch, 'callback.json'),
    events: join(scratch, 'events.jsonl'),
    extraVars: join(scratch, 'extra-vars.json'),
    mark: randomUUID(),
    remove: control.remove,
  }
}

/** Writes what the callback reads. The key in it is derived: code of the repository never sees the installation's. */
export async function writeCallbackSettings(folders: RunFolders, request: CallbackRequest): Promise<void> {
  const settings = {
    eventsFile: folders.events,
    key: keyedHash(request.key, 'ansible callback'),
    secrets: request.secrets,
    keepCallbacks: request.keepCallbacks,
    maxSideBytes: MAX_SIDE_BYTES,
    maxDocumentBytes: MAX_DOCUMENT_BYTES,
  }
  await writeFile(folders.settings, JSON.stringify(settings), { mode: 0o600 })
}

function userHome(config: AnsibleConfig, env: Readonly<Record<string, string>>): string {
  const home = env.HOME ?? homedir()
  return env.ANSIBLE_HOME ?? configuredPath(config, 'defaults.home', home) ?? join(home, '.ansible')
}

async function linkHome(home: string, userFolder: string): Promise<void> {
  const names = await readdir(userFolder).catch(() => [])
  const linked = names.filter((name) => !NOT_LINKED.has(name))
  await Promise.all(linked.map((name) => symlink(join(userFolder, name), join(home, name))))
}
