import { posix } from 'node:path'
import type { DiscoveredStack, Tree } from '../../src/scan/provider.js'
import { mappingList, plainText, type YamlMapping } from './yaml-documents.js'

const YAML = /\.ya?ml$/
/** Folders whose YAML lists are task files, variables or tests, no playbooks. */
const NO_PLAYBOOKS =
  /(?:^|\/)(?:roles|tasks|handlers|vars|defaults|meta|group_vars|host_vars|inventor(?:y|ies)|templates|files|collections|molecule|node_modules|\.[^/]+)\//
const IMPORTS = ['import_playbook', 'ansible.builtin.import_playbook']
/** What an inventory is called beside a playbook, in the order of preference. */
const INVENTORY_NAMES = [
  'inventory',
  'inventory.ini',
  'inventory.yml',
  'inventory.yaml',
  'hosts',
  'hosts.ini',
  'hosts.yml',
]
/** Without one, Ansible takes /etc/ansible/hosts. */
const NO_INVENTORY = 'inventory: [hosts.ini]   # none was found: name it, relative to path'
const INVENTORY_FOLDERS = ['inventories', 'inventory', 'environments']

/**
 * Every playbook of a tree that no other imports, with the inventory it most likely belongs to: that of ansible.cfg,
 * else the one beside it or above; where a folder holds several inventories, one stack for each. A playbook that cannot
 * be read to its end counts too, so that its scan says so.
 */
export async function discoverPlaybooks(tree: Tree): Promise<readonly DiscoveredStack[]> {
  const playbooks: string[] = []
  const imported = new Set<string>()
  for (const file of tree.files.filter((name) => YAML.test(name) && !NO_PLAYBOOKS.test(name))) {
    const plays = mappingList(await tree.readText(file))
    if (plays === null || !plays.some(isPlay)) continue
    playbooks.push(file)
    for (const name of plays.flatMap(importsOf)) imported.add(posix.join(posix.dirname(file), name))
  }
  const roots = playbooks.filter((file) => !imported.has(file))
  return (await Promise.all(roots.map((file) => stacksOf(file, tree)))).flat()
}

function isPlay(mapping: YamlMapping): boolean {
  return 'hosts' in mapping || IMPORTS.some((keyword) => keyword in mapping)
}

function importsOf(mapping: YamlMapping): readonly string[] {
  return IMPORTS.flatMap((keyword) => plainText(mapping[keyword]) ?? [])
}

/** The working directory is the nearest folder with an ansible.cfg, else the root. */
async function stacksOf(playbook: string, tree: Tree): Promise<readonly DiscoveredStack[]> {
  const files = new Set(tree.files)
  const path = foldersUp(playbook).find((folder) => files.has(posix.join(folder, 'ansible.cfg'))) ?? '.'
  const options = { playbook: relativeTo(path, playbook) }
  if (await configNamesInventory(path, tree)) return [{ provider: 'ansible', path, options }]
  const inventories = findInventories(playbook, tree.files)
  if (inventories.length === 0) return [{ provider: 'ansible', path, options, hints: [NO_INVENTORY] }]
  return inventories.map((inventory) => {
    return { provider: 'ansible', path, options: { ...options, inventory: [relativeTo(path, inventory)] } }
  })
}

async function configNamesInventory(folder: string, tree: Tree): Promise<boolean> {
  const text = await tree.readText(posix.join(folder, 'ansible.cfg'))
  return text !== null && /^inventory\s*=/m.test(text)
}

function findInventories(playbook: string, files: readonly string[]): readonly string[] {
  for (const folder of foldersUp(playbook)) {
    const named = INVENTORY_NAMES.map((name) => posix.join(folder, name)).find((path) => files.includes(path))
    if (named !== undefined) return [named]
    const several = INVENTORY_FOLDERS.flatMap((name) => childrenOf(posix.join(folder, name), files))
    if (several.length > 0) return several
  }
  return []
}

/** The inventories of a folder of inventories: its files, and its folders that hold a `hosts` file. */
function childrenOf(folder: string, files: readonly string[]): readonly string[] {
  const inside = files
    .filter((file) => file.startsWith(`${folder}/`))
    .map((file) => file.slice(folder.length + 1))
  const names = inside.flatMap((file) => {
    const [first = '', second = ''] = file.split('/')
    if (!file.includes('/')) return [first]
    return /^(?:hosts|inventory)(?:\.\w+)?$/.test(second) ? [first] : []
  })
  return [...new Set(names)].sort().map((name) => posix.join(folder, name))
}

function foldersUp(file: string): readonly string[] {
  const folders: string[] = []
  for (let folder = posix.dirname(file); folder !== '.'; folder = posix.dirname(folder)) folders.push(folder)
  return [...folders, '.']
}

function relativeTo(folder: string, file: string): string {
  return posix.relative(folder, file)
}
