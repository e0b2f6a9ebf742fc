import { isMap, isPair, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml'
import type { AttributePath } from '../../../src/domain/record.js'
import { type HclBlock, parseReference } from './hcl-blocks.js'

/** How many labels a block of a type has in JSON configuration (Terraform's documentation, "JSON Configuration Syntax"). */
const LABELS: Readonly<Record<string, number>> = { resource: 2, data: 2, module: 1, check: 1 }

/** Finds the blocks of a `.tf.json` file with their lines; empty where it does not parse. JSON is YAML with line numbers. */
export function readJsonBlocks(text: string): readonly HclBlock[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, version: '1.2' })
  if (document.errors.length > 0) return []
  return pairsOf(document.contents).flatMap((pair) => {
    const type = keyOf(pair)
    return labelled(pair, LABELS[type] ?? 0).map(({ labels, at }) => ({
      type,
      labels,
      line: lines.linePos(isScalar(at.key) ? (at.key.range?.[0] ?? 0) : 0).line,
      ignoreChanges: ignoreChangesOf(at),
      dynamicBlocks: dynamicBlocksOf(at),
    }))
  })
}

interface Labelled {
  readonly labels: readonly string[]
  readonly at: Pair
}

function labelled(pair: Pair, depth: number, labels: readonly string[] = []): readonly Labelled[] {
  if (depth === 0) return [{ labels, at: pair }]
  return pairsOf(pair.value).flatMap((next) => labelled(next, depth - 1, [...labels, keyOf(next)]))
}

/** The pairs of an object, or of every object of a list. */
function pairsOf(value: unknown): readonly Pair[] {
  if (isMap(value)) return value.items.filter((item) => isPair(item))
  if (isSeq(value)) return value.items.flatMap(pairsOf)
  return []
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : ''
}

function ignoreChangesOf(block: Pair): 'all' | readonly AttributePath[] {
  const lifecycle = pairsOf(block.value).find((pair) => keyOf(pair) === 'lifecycle')
  const value = pairsOf(lifecycle?.value).find((pair) => keyOf(pair) === 'ignore_changes')?.value
  if (isScalar(value)) return value.value === 'all' ? 'all' : []
  if (!isSeq(value)) return []
  return value.items.flatMap((item) => {
    const path = isScalar(item) ? parseReference(String(item.value)) : null
    return path === null ? [] : [path]
  })
}

/** `"dynamic": { "ingress": { ... } }`, or a list of such objects. */
function dynamicBlocksOf(block: Pair): readonly string[] {
  const dynamic = pairsOf(block.value).filter((pair) => keyOf(pair) === 'dynamic')
  return dynamic.flatMap((pair) => pairsOf(pair.value)).map(keyOf)
}
