import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Language, type Node, Parser } from 'web-tree-sitter'
import type { AttributePath } from '../../../src/domain/record.js'

/** One block at the top of a file: `resource "aws_vpc" "main"`. */
export interface HclBlock {
  /** `resource`, `module`, `check`, ... */
  readonly type: string
  readonly labels: readonly string[]
  /** Begins at 1. */
  readonly line: number
  /** `lifecycle.ignore_changes` of a resource. */
  readonly ignoreChanges: 'all' | readonly AttributePath[]
  /** Names of the nested blocks that `dynamic` blocks of a resource make. */
  readonly dynamicBlocks: readonly string[]
}

/** Finds the blocks of a configuration file with their lines, also in a file that does not parse as a whole. */
export type HclBlockReader = (text: string) => readonly HclBlock[]

let reader: Promise<HclBlockReader> | null = null

/** The reader; its grammar (WebAssembly, from the npm package) is loaded at the first call. */
export function loadHclBlockReader(): Promise<HclBlockReader> {
  reader ??= createReader()
  return reader
}

/**
 * The path that an element of `ignore_changes` names: `tags["Owner"]` -> `['tags', 'Owner']`. Null where it is no
 * reference (Terraform's documentation, "The lifecycle Meta-Argument").
 */
export function parseReference(text: string): AttributePath | null {
  const bare = text.trim().replace(/^"([\w-]+)"$/, '$1')
  const steps = [...bare.matchAll(/\.?([\w-]+)|\[\s*(?:"((?:[^"\\]|\\.)*)"|(\d+))\s*\]/g)]
  if (steps.length === 0 || steps.map((step) => step[0]).join('') !== bare) return null
  return steps.map(([, name, key, index]) =>
    index !== undefined ? Number(index) : (name ?? unescapeKey(key ?? '')),
  )
}

async function createReader(): Promise<HclBlockReader> {
  const require = createRequire(import.meta.url)
  await Parser.init()
  const grammar = await readFile(
    require.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm'),
  )
  const parser = new Parser()
  parser.setLanguage(await Language.load(grammar))
  return (text) => {
    const tree = parser.parse(text)
    if (tree === null) return []
    try {
      return blocksOf(childOfType(tree.rootNode, 'body')).map(describeBlock)
    } finally {
      tree.delete()
    }
  }
}

function describeBlock(block: Node): HclBlock {
  const [type, ...labels] = block.namedChildren.filter((child) => child !== null && isLabel(child))
  return {
    type: type?.text ?? '',
    labels: labels.map((label) => (label ? labelText(label) : '')),
    line: block.startPosition.row + 1,
    ignoreChanges: type?.text === 'resource' ? ignoreChangesOf(block) : [],
    dynamicBlocks: type?.text === 'resource' ? dynamicBlocksOf(block) : [],
  }
}

function isLabel(node: Node): boolean {
  return node.type === 'identifier' || node.type === 'string_lit'
}

function labelText(label: Node): string {
  return label.type === 'identifier' ? label.text : unescapeKey(label.text.slice(1, -1))
}

function ignoreChangesOf(resource: Node): 'all' | readonly AttributePath[] {
  const lifecycle = blocksOf(childOfType(resource, 'body')).find(
    (block) => block.namedChild(0)?.text === 'lifecycle',
  )
  const attribute = childrenOfType(childOfType(lifecycle, 'body'), 'attribute').find(
    (child) => child.namedChild(0)?.text === 'ignore_changes',
  )
  const value = childOfType(attribute, 'expression')
  if (value?.text.trim() === 'all') return 'all'
  const list = childOfType(childOfType(value, 'collection_value'), 'tuple')
  return childrenOfType(list, 'expression').flatMap((element) => {
    const path = parseReference(element.text)
    return path === null ? [] : [path]
  })
}

function dynamicBlocksOf(resource: Node): readonly string[] {
  const dynamic = blocksOf(childOfType(resource, 'body')).filter(
    (block) => block.namedChild(0)?.text === 'dynamic',
  )
  return dynamic.flatMap((block) => {
    const label = block.namedChild(1)
    return label !== null && isLabel(label) ? [labelText(label)] : []
  })
}

function blocksOf(body: Node | null): readonly Node[] {
  return childrenOfType(body, 'block')
}

function childrenOfType(node: Node | null | undefined, type: string): readonly Node[] {
  return (node?.namedChildren ?? []).filter((child) => child !== null && child.type === type) as Node[]
}

function childOfType(node: Node | null | undefined, type: string): Node | null {
  return childrenOfType(node, type)[0] ?? null
}

function unescapeKey(text: string): string {
  try {
    return JSON.parse(`"${text}"`)
  } catch {
    return text
  }
}
