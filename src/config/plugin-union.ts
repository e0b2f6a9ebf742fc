import { z } from 'zod'

/** A channel or a forge, as far as the configuration knows it: its `type`, and the keys that only it has. */
export interface PluginOptions {
  readonly type: string
  readonly optionsShape: z.ZodRawShape
  /** What is wrong between keys that are each valid, or null. */
  readonly problemOf?: (options: never) => string | null
}

/** A plug-in's entry: which one, and the options its schema gave. */
export interface PluginEntry {
  readonly type: string
  readonly options: Readonly<Record<string, unknown>>
}

/** The schema of an entry `{ type, ...options }`, strict for each type. */
export function pluginUnion(plugins: readonly PluginOptions[]): z.ZodType<PluginEntry> {
  const [first, ...rest] = plugins.map(entrySchema)
  return first === undefined ? z.never() : z.discriminatedUnion('type', [first, ...rest])
}

function entrySchema(plugin: PluginOptions) {
  return z
    .strictObject({ type: z.literal(plugin.type), ...plugin.optionsShape })
    .superRefine((value, context) => {
      const message = plugin.problemOf?.(value as never) ?? null
      if (message !== null) context.addIssue({ code: 'custom', message })
    })
    .transform((value): PluginEntry => {
      const { type: _, ...options } = value as Record<string, unknown>
      return { type: plugin.type, options }
    })
}
