import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml'

/** Keys and indexes, outermost first. */
export type YamlPath = readonly PropertyKey[]

/** Where the value of a path begins, or the nearest thing above it that stands in the file; `isAtKey`: its key. */
export function offsetOf(document: Document, path: YamlPath, isAtKey: boolean): number {
  let node: unknown = document.contents
  let offset = startOf(node)
  for (const [index, key] of path.entries()) {
    const found = childOf(isAlias(node) ? node.resolve(document) : node, key)
    if (found === undefined) return offset
    const isKeyWanted = isAtKey && index === path.length - 1
    offset = startOf(isKeyWanted || found.value === null ? found.key : found.value) || offset
    node = found.value
  }
  return offset
}

/** The path of the key or value that an offset is in; as far as it can be told. */
export function pathAt(node: unknown, offset: number): YamlPath {
  if (isSeq(node)) {
    const index = node.items.findIndex((item) => startOf(item) <= offset && offset < endOf(item))
    return index === -1 ? [] : [index, ...pathAt(node.items[index], offset)]
  }
  if (!isMap(node)) return []
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : ''
    if (startOf(key) === offset) return [name]
    // from the end of the key, since a tag or an anchor stands before the value
    if (endOf(key) <= offset && offset < endOf(value)) return [name, ...pathAt(value, offset)]
  }
  return []
}

/** The paths of all keys of a name. */
export function pathsOfKey(node: unknown, name: string, above: YamlPath = []): readonly YamlPath[] {
  if (isSeq(node)) return node.items.flatMap((item, index) => pathsOfKey(item, name, [...above, index]))
  if (!isMap(node)) return []
  return node.items.flatMap(({ key, value }) => {
    const path = [...above, isScalar(key) ? String(key.value) : '']
    const below = pathsOfKey(value, name, path)
    return path.at(-1) === name ? [path, ...below] : below
  })
}

function childOf(
  node: unknown,
  key: PropertyKey,
): { readonly key: unknown; readonly value: unknown } | undefined {
  if (isSeq(node)) {
    const value = node.items[Number(key)]
    return value === undefined ? undefined : { key: value, value }
  }
  if (!isMap(node)) return undefined
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0
}

function endOf(node: unknown): number {
  return (node as Node | null)?.range?.[2] ?? 0
}
