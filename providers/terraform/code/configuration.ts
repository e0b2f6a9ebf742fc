import type { BackendBlock, ModuleCall, SensitiveVariable } from './file-facts.js'
import { isLocalSource, type Module } from './module-tree.js'

/** What the code of a stack says about how it is run. */
export interface Configuration {
  /** The root module first, then every local module. */
  readonly modules: readonly Module[]
  /** Null: no backend is named, the state is a local file. */
  readonly backend: BackendBlock | null
  /** Some provider is a plug-in, or it cannot be ruled out: a lock file is needed, and memory for its process. */
  readonly needsPlugins: boolean
  /** Some resource belongs to the provider that is part of the engine. */
  readonly usesBuiltIn: boolean
  /** Some data source writes a file beside the code while it is planned (archive_file): only a copy may be planned. */
  readonly writesBesideCode: boolean
  /** Some module is fetched from a reference that may move: a branch, a tag, a version range. */
  readonly hasMovingModules: boolean
  /** Everything in the code that decides what `init` does, as one text to be compared. */
  readonly initInputs: string
  readonly sensitiveVariables: readonly SensitiveVariable[]
}

/** Decides how a stack is run from its modules. */
export function describeConfiguration(modules: readonly Module[]): Configuration {
  const facts = modules.flatMap((module) => module.files.map((file) => file.facts))
  const known = facts.filter((one) => one !== null)
  const rootFacts = (modules[0]?.files ?? []).flatMap((file) => (file.facts ? [file.facts] : []))
  const calls = known.flatMap((one) => one.moduleCalls)
  const remoteCalls = calls.filter((call) => !isLocalSource(call.source))
  const requirements = known.flatMap((one) => Object.entries(one.requiredProviders))
  const implied = new Set(known.flatMap((one) => one.resourceTypes.map(impliedProvider)))
  return {
    modules,
    backend: rootFacts.map((one) => one.backend).findLast((backend) => backend !== null) ?? null,
    needsPlugins:
      facts.includes(null) ||
      remoteCalls.length > 0 ||
      requirements.some(([, requirement]) => !isBuiltIn(requirement)) ||
      [...implied].some((provider) => provider !== 'terraform'),
    usesBuiltIn: implied.has('terraform'),
    writesBesideCode: known.some((one) => one.resourceTypes.includes('archive_file')),
    hasMovingModules: remoteCalls.some(isMoving),
    initInputs: JSON.stringify([
      requirements,
      [...implied].sort(),
      calls,
      rootFacts.map((one) => one.backend),
    ]),
    sensitiveVariables: rootFacts.flatMap((one) => one.sensitiveVariables),
  }
}

/** `aws_vpc` -> `aws` (Terraform's documentation, "Provider Requirements": the first word of the type). */
function impliedProvider(resourceType: string): string {
  return resourceType.split('_', 1)[0] ?? resourceType
}

function isBuiltIn(requirement: unknown): boolean {
  const source = (requirement as { readonly source?: unknown } | null)?.source
  return typeof source === 'string' && source.startsWith('terraform.io/builtin/')
}

/** Only a full commit, an exact version or a checksum names the same files for ever. */
function isMoving(call: ModuleCall): boolean {
  if (/[?&]ref=[0-9a-f]{40}([0-9a-f]{24})?(&|$)/.test(call.source) || /[?&]checksum=/.test(call.source))
    return false
  const isRegistry = /^([a-z0-9.-]+(:\d+)?\/)?[\w-]+\/[\w-]+\/[\w-]+(\/\/.*)?$/i.test(call.source)
  return !(isRegistry && call.version !== null && /^=?\s*\d+\.\d+\.\d+(-[\w.]+)?$/.test(call.version.trim()))
}
