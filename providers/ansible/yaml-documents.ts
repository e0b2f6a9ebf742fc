import { parseDocument } from 'yaml'
import { z } from 'zod'

/** A task, play or block as its file has it. */
export type YamlMapping = Readonly<Record<string, unknown>>

const mappingSchema = z.record(z.string(), z.unknown())

/** The mappings of a YAML list, those in blocks and task lists included; empty where the text is none. */
export function allMappings(text: string | null): readonly YamlMapping[] {
  return flatten(parseYaml(text))
}

/** The top-level list of a playbook or task file; null where the text is no list of mappings. */
export function mappingList(text: string | null): readonly YamlMapping[] | null {
  const parsed = z.array(mappingSchema).safeParse(parseYaml(text))
  return parsed.success ? parsed.data : null
}

/** The value as text where it is one without a template in it. */
export function plainText(value: unknown): string | null {
  return typeof value === 'string' && !value.includes('{{') ? value : null
}

/** A text or list of texts as a list. */
export function textList(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  return items.filter((item) => typeof item === 'string')
}

function parseYaml(text: string | null): unknown {
  if (text === null) return null
  try {
    // tags such as !vault mean nothing here; the value under them is not looked at
    return parseDocument(text, { logLevel: 'silent', uniqueKeys: false }).toJS({ maxAliasCount: 1_000 })
  } catch {
    return null
  }
}

function flatten(value: unknown): readonly YamlMapping[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => flatten(item))
  const mapping = mappingSchema.safeParse(value)
  if (!mapping.success) return []
  return [mapping.data, ...Object.values(mapping.data).filter(Array.isArray).flatMap(flatten)]
}
