import { readFile } from 'node:fs/promises'
import { join, posix, relative, resolve } from 'node:path'
import { z } from 'zod'
import type { AttributePath, Source } from '../../../src/domain/record.js'
import type { ResourceAddress } from '../plan-json/plan-json.js'
import { modulePathOf } from '../plan-json/resource-address.js'
import { diskReader } from './folder-reader.js'
import { type HclBlock, loadHclBlockReader } from './hcl-blocks.js'
import { readJsonBlocks } from './json-blocks.js'
import { isConfigurationFile, isLocalSource } from './module-tree.js'

/** What the code says about single resources. */
export interface SourceIndex {
  /** Where the block of a resource stands; for one in a fetched module, where that module is called. */
  sourceOf(address: ResourceAddress): Source | null
  ignoreChangesOf(address: ResourceAddress): 'all' | readonly AttributePath[]
  /** Names of the nested blocks that `dynamic` blocks make, which the plan JSON leaves out. */
  dynamicBlocksOf(address: ResourceAddress): readonly string[]
}

/** Where nothing is asked of single resources: the grammar takes 35 MB, and reading takes time. */
export const NO_SOURCES: SourceIndex = {
  sourceOf: () => null,
  ignoreChangesOf: () => [],
  dynamicBlocksOf: () => [],
}

/** Where the code lies. */
export interface SourceRequest {
  /** Where the engine ran. */
  readonly folder: string
  /** The stack's folder, relative to the checkout. */
  readonly path: string
  /** Terraform's data folder (TF_DATA_DIR). */
  readonly workingFolder: string
}

/** `modules/modules.json`, which `init` writes (Terraform 1.11, internal/modsdir/record.go). */
const manifestSchema = z.object({
  Modules: z.array(z.object({ Key: z.string(), Source: z.string(), Dir: z.string() })),
})

interface ModuleEntry {
  readonly blocks: ReadonlyMap<string, IndexedBlock>
  /** The module and all above it lie in the checkout. */
  readonly isInCheckout: boolean
}

interface IndexedBlock extends HclBlock {
  readonly file: string
}

/** Reads the blocks of every module that the last `init` installed. */
export async function indexSources(request: SourceRequest): Promise<SourceIndex> {
  const modules = await readManifest(request.workingFolder)
  const entries = new Map<string, ModuleEntry>()
  const byFolder = new Map<string, ReadonlyMap<string, IndexedBlock>>()
  for (const { Key: key, Source: source, Dir: folder } of modules) {
    const parent = key.includes('.') ? key.slice(0, key.lastIndexOf('.')) : ''
    const isInCheckout = key === '' || (isLocalSource(source) && entries.get(parent)?.isInCheckout === true)
    const blocks = byFolder.get(folder) ?? (await readBlocks(resolve(request.folder, folder), request))
    byFolder.set(folder, blocks)
    entries.set(key, { blocks, isInCheckout })
  }
  return {
    sourceOf: (address) => findSource(entries, address),
    ignoreChangesOf: (address) => blockOf(entries, address)?.ignoreChanges ?? [],
    dynamicBlocksOf: (address) => blockOf(entries, address)?.dynamicBlocks ?? [],
  }
}

/** Sorted so that a module comes after the one that calls it. A stack without modules has no manifest. */
async function readManifest(
  workingFolder: string,
): Promise<readonly z.output<typeof manifestSchema>['Modules'][number][]> {
  const root = { Key: '', Source: '', Dir: '.' }
  try {
    const text = await readFile(join(workingFolder, 'modules', 'modules.json'), 'utf8')
    const listed = manifestSchema.parse(JSON.parse(text)).Modules.filter((module) => module.Key !== '')
    return [root, ...listed.sort((a, b) => a.Key.split('.').length - b.Key.split('.').length)]
  } catch {
    return [root]
  }
}

async function readBlocks(
  folder: string,
  request: SourceRequest,
): Promise<ReadonlyMap<string, IndexedBlock>> {
  const readHclBlocks = await loadHclBlockReader()
  const found = new Map<string, IndexedBlock>()
  const names = (await diskReader.listFiles(folder)).filter(isConfigurationFile).sort()
  for (const name of names) {
    const text = await diskReader.readText(join(folder, name))
    if (text === null) continue
    const file = posix.join(request.path, relative(request.folder, join(folder, name)))
    for (const block of name.endsWith('.json') ? readJsonBlocks(text) : readHclBlocks(text)) {
      const key = blockKey(block.type, ...block.labels)
      // the block itself stands before what an override file adds to it
      if (!found.has(key)) found.set(key, { ...block, file })
    }
  }
  return found
}

function findSource(entries: ReadonlyMap<string, ModuleEntry>, address: ResourceAddress): Source | null {
  const names = modulePathOf(address.moduleAddress)
  const fetchedAt = names.findIndex(
    (_, at) => entries.get(names.slice(0, at + 1).join('.'))?.isInCheckout !== true,
  )
  const block =
    fetchedAt === -1
      ? findBlock(entries, names.join('.'), address)
      : entries
          .get(names.slice(0, fetchedAt).join('.'))
          ?.blocks.get(blockKey('module', names[fetchedAt] ?? ''))
  return block ? { file: block.file, line: block.line } : null
}

function blockOf(
  entries: ReadonlyMap<string, ModuleEntry>,
  address: ResourceAddress,
): IndexedBlock | undefined {
  return findBlock(entries, modulePathOf(address.moduleAddress).join('.'), address)
}

function findBlock(
  entries: ReadonlyMap<string, ModuleEntry>,
  key: string,
  address: ResourceAddress,
): IndexedBlock | undefined {
  const type = address.mode === 'data' ? 'data' : 'resource'
  return entries.get(key)?.blocks.get(blockKey(type, address.type, address.name))
}

function blockKey(...parts: readonly string[]): string {
  return parts.join('\0')
}
