import { z } from 'zod'
import { type StackSettingsInput, stackSettingsShape, toStackSettings } from './sections/stack-settings.js'
import { stackNameSchema } from './values/names.js'
import { relativePathSchema } from './values/relative-path.js'

/** A provider, as far as the configuration knows it. Every `Provider` is one. */
export interface StackPlugin {
  readonly name: string
  readonly optionsShape: z.ZodRawShape
  readonly daemonOnlyOptions?: readonly string[]
}

/** A stack as driftd.yaml has it, before `defaults` are merged in. */
export interface StackEntry {
  readonly name: string
  readonly provider: string
  /** Normalised, `.` for the root. */
  readonly path: string
  readonly settings: StackSettingsInput
  /** What the provider's schema gave. */
  readonly options: Readonly<Record<string, unknown>>
}

const KEYS_OF_ENTRY = ['name', 'provider', 'path'] as const

/** The strict schema of an entry of `stacks`: common keys, and those of the provider that it names. */
export function stackEntrySchema(providers: readonly StackPlugin[]): z.ZodType<StackEntry> {
  const [first, ...rest] = providers.map(entrySchema)
  return first === undefined ? z.never() : z.discriminatedUnion('provider', [first, ...rest])
}

/** The strict schema of a provider's own options, as `discover` gives them. */
export function optionsSchema(provider: StackPlugin) {
  return z.strictObject(provider.optionsShape)
}

function entrySchema(provider: StackPlugin) {
  const taken = Object.keys(provider.optionsShape).filter((key) => isCommonKey(key))
  if (taken.length > 0) throw new Error(`provider ${provider.name} declares common keys: ${taken.join(', ')}`)
  return z
    .strictObject({
      name: stackNameSchema,
      provider: z.literal(provider.name),
      path: relativePathSchema.prefault('.').describe('Relative to the root of the repository'),
      ...stackSettingsShape,
      ...provider.optionsShape,
    })
    .transform((value) => toEntry(value as ParsedEntry))
}

type ParsedEntry = Pick<StackEntry, (typeof KEYS_OF_ENTRY)[number]> & Record<string, unknown>

function toEntry(value: ParsedEntry): StackEntry {
  const { name, provider, path, ...rest } = value
  const isSetting = ([key]: readonly [string, unknown]): boolean => Object.hasOwn(stackSettingsShape, key)
  const settings = Object.fromEntries(Object.entries(rest).filter(isSetting))
  const options = Object.fromEntries(Object.entries(rest).filter((entry) => !isSetting(entry)))
  return { name, provider, path, settings: toStackSettings(settings) as StackSettingsInput, options }
}

function isCommonKey(key: string): boolean {
  return (KEYS_OF_ENTRY as readonly string[]).includes(key) || Object.hasOwn(stackSettingsShape, key)
}
