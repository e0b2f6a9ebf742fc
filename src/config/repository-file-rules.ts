import type { Config } from './schema.js'
import type { RouteConfig } from './sections/alerts.js'
import type { StackPlugin } from './stack-entry.js'

type Path = readonly (string | number)[]

/** Something that a repository may not say of itself. */
export interface Forbidden {
  readonly path: Path
  readonly message: string
}

/**
 * Keys of a stack that decide what an engine can read, as whom it runs, or when a scan may be called good:
 * whoever can commit may not set them (product.md, "A repository's own .driftd.yaml").
 */
const DAEMON_ONLY_KEYS: ReadonlySet<string> = new Set(['minCoverage', 'runAs', 'inheritEnv', 'applyEnv'])
const IN_DAEMON = 'may only be set in driftd.yaml'

/** Every label that driftd.yaml routes, mutes, limits or freezes by. */
export function reservedLabels(config: Config): ReadonlySet<string> {
  const matches = [
    ...matchesOfRoutes(config.alerts.routes),
    ...config.mutes.map((mute) => mute.match),
    ...config.remediation.freeze.map((freeze) => freeze.match),
    config.digest?.match,
  ]
  const matched = matches.flatMap((match) => Object.keys(match?.labels ?? {}))
  const { destructiveLabels } = config.remediation.approvals
  return new Set([
    ...matched,
    ...Object.keys(config.concurrency.maxConcurrent),
    ...Object.keys(destructiveLabels),
  ])
}

function matchesOfRoutes(routes: readonly RouteConfig[]): readonly RouteConfig['match'][] {
  return routes.flatMap((route) => [route.match, ...matchesOfRoutes(route.routes)])
}

/** What a repository's own file says and may not, by its raw data. */
export function forbiddenInRepository(
  data: unknown,
  rules: { readonly providers: readonly StackPlugin[]; readonly reservedLabels: ReadonlySet<string> },
): readonly Forbidden[] {
  const stacks = property(data, 'stacks')
  const entries = Array.isArray(stacks) ? (stacks as unknown[]) : []
  return [
    ...forbiddenLabels(['labels'], property(data, 'labels'), rules.reservedLabels),
    ...entries.flatMap((entry, index) => forbiddenInStack(['stacks', index], entry, rules)),
  ]
}

function forbiddenInStack(
  path: Path,
  entry: unknown,
  rules: Parameters<typeof forbiddenInRepository>[1],
): readonly Forbidden[] {
  const provider = rules.providers.find(({ name }) => name === property(entry, 'provider'))
  const daemonOnly: ReadonlySet<string | number> = new Set([
    ...DAEMON_ONLY_KEYS,
    ...(provider?.daemonOnlyOptions ?? []),
  ])
  return entriesOf(entry).flatMap(([key, value]): readonly Forbidden[] => {
    const at = [...path, key]
    if (daemonOnly.has(key)) return [{ path: at, message: IN_DAEMON }]
    if (key === 'labels') return forbiddenLabels(at, value, rules.reservedLabels)
    if (key === 'path') return []
    if (key === 'env') return entriesOf(value).flatMap(([name, item]) => forbiddenValues([...at, name], item))
    return forbiddenValues(at, value)
  })
}

function forbiddenLabels(path: Path, labels: unknown, reserved: ReadonlySet<string>): readonly Forbidden[] {
  return entriesOf(labels)
    .filter(([key]) => reserved.has(String(key)))
    .map(([key]) => ({
      path: [...path, key],
      message: `${IN_DAEMON}: routes, mutes, limits or the gate read it`,
    }))
}

/** `{file:}` and `{env:}` anywhere below; texts that name a place outside the repository. */
function forbiddenValues(path: Path, value: unknown): readonly Forbidden[] {
  if (typeof value === 'string') {
    return leavesRepository(value)
      ? [{ path, message: 'names a place outside the repository: no absolute path, no ".."' }]
      : []
  }
  const isSetting = ['file', 'env'].some((key) => typeof property(value, key) === 'string')
  if (isSetting && !Array.isArray(value))
    return [{ path, message: 'may not be { env: NAME } or { file: PATH } here' }]
  return entriesOf(value).flatMap(([key, item]) => forbiddenValues([...path, key], item))
}

/** `/etc/x`, `~/x`, `../x`, and the same after `key=` or `@`, as engines take them. */
function leavesRepository(text: string): boolean {
  return text.split(/[=@,\s]/).some((part) => /^[/~\\]/.test(part) || part.split(/[/\\]/).includes('..'))
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined
}

function entriesOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [index, item] as const)
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
