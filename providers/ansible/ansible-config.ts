import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { DriftError } from '../../src/domain/errors.js'

/** The `ansible.cfg` that holds for a folder: its settings as `section.key`, all in lower case. */
export interface AnsibleConfig {
  /** Null where there is none. */
  readonly file: string | null
  readonly settings: ReadonlyMap<string, string>
}

const NO_CONFIG: AnsibleConfig = { file: null, settings: new Map() }
const WRITABLE_BY_ALL = 0o002

/**
 * Finds the configuration as Ansible does: ANSIBLE_CONFIG, the folder, the home, /etc.
 * Throws WORLD_WRITABLE_FOLDER where Ansible would ignore the folder's own file.
 */
export async function findAnsibleConfig(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<AnsibleConfig> {
  const named = env.ANSIBLE_CONFIG ? await namedConfig(resolve(folder, env.ANSIBLE_CONFIG)) : null
  if (named !== null) return named
  const own = await readConfig(join(folder, 'ansible.cfg'))
  if (own !== null) {
    await refuseWorldWritable(folder)
    return own
  }
  const home = env.HOME ?? homedir()
  return (
    (await readConfig(join(home, '.ansible.cfg'))) ??
    (await readConfig('/etc/ansible/ansible.cfg')) ??
    NO_CONFIG
  )
}

/** A path of the configuration file: relative ones are relative to the file. */
export function configuredPath(config: AnsibleConfig, key: string, home: string): string | null {
  const value = config.settings.get(key)
  if (value === undefined || config.file === null) return null
  if (value.startsWith('~/')) return join(home, value.slice(2))
  return isAbsolute(value) ? value : resolve(config.file, '..', value)
}

async function namedConfig(path: string): Promise<AnsibleConfig | null> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return readConfig(isFolder ? join(path, 'ansible.cfg') : path)
}

async function readConfig(file: string): Promise<AnsibleConfig | null> {
  const text = await readFile(file, 'utf8').catch(() => null)
  return text === null ? null : { file, settings: parseIni(text) }
}

async function refuseWorldWritable(folder: string): Promise<void> {
  const { mode } = await stat(folder)
  if ((mode & WRITABLE_BY_ALL) === 0) return
  const message = `everybody may write to ${folder}, so Ansible ignores its ansible.cfg: chmod o-w it, or set ANSIBLE_CONFIG`
  throw new DriftError('WORLD_WRITABLE_FOLDER', message)
}

/** Ansible's dialect of INI: `;` begins a comment anywhere after a blank, `#` only at the start of a line. */
function parseIni(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>()
  let section = ''
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]/.exec(line)
    const pair = /^([A-Za-z_][\w.-]*)\s*[=:]\s*(.*?)\s*$/.exec(line)
    if (header?.[1] !== undefined) section = header[1].trim().toLowerCase()
    else if (pair?.[1] !== undefined) {
      settings.set(`${section}.${pair[1].toLowerCase()}`, (pair[2] ?? '').replace(/\s;.*$/, ''))
    }
  }
  return settings
}
