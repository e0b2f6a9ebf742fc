import { posix } from 'node:path'
import type { Stack } from '../../src/domain/stack.js'
import { filesAt, filesBelow, hasFile } from '../../src/lib/sorted-files.js'
import type { Tree } from '../../src/scan/provider.js'
import type { AnsibleOptions } from './options.js'
import { allMappings, plainText, textList, type YamlMapping } from './yaml-documents.js'

/** Folders that Ansible reads beside a playbook or an inventory, and from the working directory. */
const ADJACENT = [
  ...[
    'group_vars',
    'host_vars',
    'library',
    'module_utils',
    'filter_plugins',
    'lookup_plugins',
    'action_plugins',
  ],
  ...['test_plugins', 'vars_plugins', 'callback_plugins', 'connection_plugins', 'strategy_plugins'],
  ...[
    'inventory_plugins',
    'become_plugins',
    'cache_plugins',
    'templates',
    'files',
    'vars',
    'tasks',
    'handlers',
    'collections',
  ],
]
const FILES = ['ansible.cfg', 'requirements.yml', 'requirements.yaml']

/** The last folder of that name on the way to a file. */
const ROLES = /^(?:.*\/)?roles(?=\/)/

/** Keywords that name another file of the same kind. */
const INCLUDES =
  /^(?:ansible\.(?:builtin|legacy)\.)?(?:import_playbook|import_tasks|include_tasks|include|include_vars)$/
const ROLE_INCLUDES = /^(?:ansible\.(?:builtin|legacy)\.)?(?:import_role|include_role)$/

/**
 * Every file a playbook depends on, as far as that can be told without running it; where a name is computed, the whole
 * folder counts. Too many files cost a needless scan, one too few hides a change.
 */
export async function listPlaybookInputs(
  stack: Stack<AnsibleOptions>,
  tree: Tree,
): Promise<readonly string[]> {
  const search = new InputSearch(tree, stack.path)
  const { options } = stack
  await search.readPlaybook(search.inStack(options.playbook))
  for (const item of options.inventory ?? []) search.addInventory(search.inStack(item))
  const variables = Array.isArray(options.extraVars) ? options.extraVars : []
  for (const item of variables) if (item.startsWith('@')) search.addPath(search.inStack(item.slice(1)))
  for (const name of [...FILES, ...ADJACENT]) search.addPath(search.inStack(name))
  await search.readConfiguration()
  return search.found()
}

class InputSearch {
  readonly #tree: Tree
  readonly #folder: string
  readonly #found = new Set<string>()
  readonly #visited = new Set<string>()
  #roles: ReadonlySet<string> | null = null

  constructor(tree: Tree, folder: string) {
    this.#tree = tree
    this.#folder = folder
  }

  inStack(path: string): string {
    // "inventories/prod/" is the same folder
    return posix.join(this.#folder, path).replace(/(?<=.)\/+$/, '')
  }

  /** A file, or all files of a folder. */
  addPath(path: string): void {
    for (const file of filesAt(this.#tree.files, path)) this.#found.add(file)
  }

  addInventory(path: string): void {
    this.addPath(path)
    const folder = hasFile(this.#tree.files, path) ? posix.dirname(path) : path
    for (const name of ['group_vars', 'host_vars']) this.addPath(posix.join(folder, name))
  }

  async readPlaybook(file: string): Promise<void> {
    if (!this.#visit(file)) return
    for (const name of ADJACENT) this.addPath(posix.join(posix.dirname(file), name))
    await this.#readMappings(file)
  }

  /** Inventory and roles that ansible.cfg names. */
  async readConfiguration(): Promise<void> {
    const text = await this.#tree.readText(this.inStack('ansible.cfg'))
    for (const match of text?.matchAll(/^(?:inventory|vault_password_file)\s*=\s*(\S+)/gm) ?? []) {
      for (const item of (match[1] ?? '').split(',')) this.addInventory(this.inStack(item))
    }
  }

  found(): readonly string[] {
    return [...this.#found].sort()
  }

  #visit(file: string): boolean {
    this.addPath(file)
    if (this.#visited.has(file) || !hasFile(this.#tree.files, file)) return false
    this.#visited.add(file)
    return true
  }

  async #readMappings(file: string): Promise<void> {
    for (const mapping of allMappings(await this.#tree.readText(file))) await this.#readMapping(mapping, file)
  }

  async #readMapping(mapping: YamlMapping, file: string): Promise<void> {
    for (const item of textList(mapping.vars_files)) this.#addBeside(item, file)
    for (const role of rolesOf(mapping)) await this.#readRole(role, file)
    for (const [key, value] of Object.entries(mapping)) {
      if (INCLUDES.test(key)) await this.#follow(includedFile(value), file, key.endsWith('import_playbook'))
    }
  }

  /** A computed name may be any file beside the one that includes it. */
  async #follow(name: string | null, from: string, isPlaybook: boolean): Promise<void> {
    if (name === null) {
      this.addPath(posix.dirname(from))
      return
    }
    const candidates = [posix.dirname(from), posix.join(posix.dirname(from), 'tasks'), this.#folder]
    for (const folder of candidates) {
      const file = posix.normalize(posix.join(folder, name))
      if (!hasFile(this.#tree.files, file)) continue
      if (isPlaybook) await this.readPlaybook(file)
      else if (this.#visit(file)) await this.#readMappings(file)
    }
  }

  async #readRole(name: string | null, from: string): Promise<void> {
    const roots = [
      ...new Set([posix.join(posix.dirname(from), 'roles'), this.inStack('roles'), ...this.#roleFolders()]),
    ]
    if (name === null) {
      for (const root of roots) this.addPath(root)
      return
    }
    for (const root of roots) {
      const folder = posix.normalize(posix.join(root, name))
      for (const file of filesBelow(this.#tree.files, folder)) {
        if (this.#visit(file) && /\.ya?ml$/.test(file)) await this.#readMappings(file)
      }
    }
  }

  /** Wherever a tree keeps roles: `roles_path` may name any of them. */
  #roleFolders(): readonly string[] {
    this.#roles ??= new Set(
      this.#tree.files
        .filter((file) => file.includes('roles/'))
        .flatMap((file) => ROLES.exec(file)?.[0] ?? []),
    )
    return [...this.#roles]
  }

  #addBeside(name: string, from: string): void {
    const text = plainText(name)
    const folder = posix.dirname(from)
    if (text === null) {
      this.addPath(posix.dirname(posix.join(folder, name.split('{{')[0] ?? '')))
      return
    }
    this.addPath(posix.normalize(posix.join(folder, text)))
    this.addPath(this.inStack(text))
  }
}

/** Names of the roles a play, a role's dependencies or a task uses; null for a computed one. */
function rolesOf(mapping: YamlMapping): readonly (string | null)[] {
  const listed = [mapping.roles, mapping.dependencies].filter(Array.isArray).flat()
  const included = Object.entries(mapping).flatMap(([key, value]) => (ROLE_INCLUDES.test(key) ? [value] : []))
  return [...listed, ...included].map(roleName)
}

function roleName(value: unknown): string | null {
  if (typeof value === 'string') return plainText(value)
  if (typeof value !== 'object' || value === null) return null
  const { role, name } = value as { readonly role?: unknown; readonly name?: unknown }
  return plainText(role ?? name)
}

function includedFile(value: unknown): string | null {
  if (typeof value === 'string') return plainText(value.split(/\s/)[0] ?? value)
  if (typeof value !== 'object' || value === null) return null
  return plainText((value as { readonly file?: unknown }).file)
}
