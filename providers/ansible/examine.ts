import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { toDriftError } from '../../src/domain/errors.js'
import type { Examination } from '../../src/domain/examination.js'
import { runCommand } from '../../src/lib/run-command.js'
import type { ExaminedStack, ExamineRequest } from '../../src/scan/provider.js'
import { configuredPath, findAnsibleConfig } from './ansible-config.js'
import { callbackFolder } from './callback-folder.js'
import type { AnsibleOptions } from './options.js'

type Request = ExamineRequest<AnsibleOptions>

const ENGINE = 'ansible-playbook'
const INSTALL = 'apt-get install ansible-core, or: pipx install ansible-core'

/** Engines, our callback plug-ins, and of each stack its playbook, inventories and vault password files. */
export async function examineAnsible(request: Request): Promise<readonly Examination[]> {
  const names = [...new Set(request.stacks.map(({ stack }) => stack.options.engine ?? ENGINE))]
  const engines = await Promise.all(
    (names.length > 0 ? names : [ENGINE]).map((engine) => examineEngine(engine, request)),
  )
  const stacks = await Promise.all(request.stacks.map((stack) => examineStack(stack, request.env)))
  return [...engines, ...examineCallback(), ...stacks.flat()]
}

async function examineEngine(engine: string, request: Request): Promise<Examination> {
  const { env, signal, scratchFolder, stacks } = request
  const state = stacks.length > 0 ? 'problem' : 'warning'
  try {
    const { exitCode, stdout, stderr } = await runCommand({
      command: engine,
      args: ['--version'],
      cwd: scratchFolder,
      env: { ...env, ANSIBLE_HOME: scratchFolder, ANSIBLE_LOCAL_TEMP: scratchFolder },
      stdout: { kind: 'text' },
      signal,
    })
    const [first = ''] = (exitCode === 0 ? stdout : stderr.trim()).split('\n')
    if (exitCode === 0) return { what: engine, state: 'ok', detail: first, fix: null }
    return { what: engine, state, detail: `--version ended with ${exitCode}: ${first}`, fix: INSTALL }
  } catch (error) {
    const { code } = toDriftError(error)
    return { what: engine, state, detail: `cannot be started (${code})`, fix: INSTALL }
  }
}

/** Nothing to tell where they are there: a user cannot mend them but by installing again. */
function examineCallback(): readonly Examination[] {
  try {
    callbackFolder()
    return []
  } catch (error) {
    const { message } = toDriftError(error)
    return [{ what: 'callback', state: 'problem', detail: message, fix: 'npm install -g driftd' }]
  }
}

async function examineStack(
  { stack, checkout }: ExaminedStack<AnsibleOptions>,
  env: Readonly<Record<string, string>>,
): Promise<readonly Examination[]> {
  if (checkout === null) return []
  const folder = resolve(checkout.root, stack.path)
  const { playbook, inventory, vaultPasswordFile } = stack.options
  const files = [
    { file: playbook, key: 'playbook' },
    ...inventory.filter(isFile).map((file) => ({ file, key: 'inventory' })),
    ...(vaultPasswordFile === undefined ? [] : [{ file: vaultPasswordFile, key: 'vaultPasswordFile' }]),
  ]
  const readable = await Promise.all(files.map(({ file }) => canRead(resolve(folder, file))))
  const unreadable = files.filter((_, index) => !readable[index]).map((file) => missing(stack.name, file))
  const isNamed = inventory.length > 0 || (await hasInventory(folder, env))
  return isNamed ? unreadable : [...unreadable, withoutInventory(stack.name)]
}

function missing(what: string, { file, key }: { readonly file: string; readonly key: string }): Examination {
  const fix = `correct ${key} of ${what} in driftd.yaml (relative to its path), or commit the file`
  return { what, state: 'problem', detail: `${key} ${file} cannot be read`, fix }
}

/** `host1,host2` is a list of hosts, no file. */
function isFile(inventory: string): boolean {
  return !inventory.includes(',')
}

async function hasInventory(folder: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  if (env.ANSIBLE_INVENTORY) return true
  try {
    return configuredPath(await findAnsibleConfig(folder, env), 'defaults.inventory', '') !== null
  } catch {
    return false
  }
}

function withoutInventory(what: string): Examination {
  return {
    what,
    state: 'warning',
    detail: 'no inventory is named: Ansible takes /etc/ansible/hosts',
    fix: `set inventory of ${what} in driftd.yaml`,
  }
}

function canRead(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  )
}
