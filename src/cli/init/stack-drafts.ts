import { stackNameProblem } from '../../domain/stack.js'
import type { DiscoveredStack } from '../../scan/provider.js'

/** A stack that was found, with the name it gets. */
export interface StackDraft {
  readonly name: string
  readonly provider: string
  readonly path: string
  readonly options: Readonly<Record<string, unknown>>
  /** What a person may want to set, each a line of YAML with a reason. */
  readonly hints: readonly string[]
}

/** A found stack and the file or folder it is known by. */
export interface FoundStack extends DiscoveredStack {
  readonly entry: string
}

const MAX_SEGMENT_LENGTH = 60

/**
 * Names for what was found: the file or folder, without the ending of a file; where several stacks are of one file (a
 * playbook with two inventories), with what tells them apart. Names are valid and unique; sorted by name.
 */
export function draftStacks(
  found: readonly FoundStack[],
  { repository }: { readonly repository: string },
): readonly StackDraft[] {
  const taken = new Set<string>()
  const drafts = found.filter(isWritable).map((stack) => {
    const twins = found.filter(({ entry, provider }) => entry === stack.entry && provider === stack.provider)
    const name = unique(validName(nameOf(stack, twins), repository), taken)
    taken.add(name)
    const { provider, path, options, hints = [] } = stack
    return { name, provider, path, options, hints }
  })
  return drafts.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** A valid name for a repository, from that of its folder. */
export function repositoryNameOf(folder: string): string {
  return segmentOf(folder.replace(/\.git$/, '')) || 'repository'
}

/** Others no configuration can name; `discover` tells of them at every scan. */
function isWritable({ path, entry }: FoundStack): boolean {
  return !/[\0-\x1f\x7f]/.test(path + entry)
}

function nameOf(stack: FoundStack, twins: readonly FoundStack[]): string {
  const base = stack.entry.replace(/\.[A-Za-z]+$/, '')
  if (twins.length === 1) return base
  const values = Object.values(stack.options).map(textOf)
  const others = twins.filter((twin) => twin !== stack)
  const own = values.find((value, index) =>
    others.every((twin) => textOf(Object.values(twin.options)[index]) !== value),
  )
  return own === undefined
    ? base
    : `${base}/${own
        .split('/')
        .at(-1)
        ?.replace(/\.[A-Za-z]+$/, '')}`
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join('-') : String(value)
}

function validName(name: string, repository: string): string {
  if (name === '.') return repository
  const segments = name.split('/').map(segmentOf)
  const valid = segments.filter((segment) => segment !== '').join('/')
  return stackNameProblem(valid) === null ? valid : repository
}

/** The nearest text that may be a segment of a name. */
function segmentOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[^a-z0-9]+/, '')
    .replace(/\.lock$/, '-lock')
    .slice(0, MAX_SEGMENT_LENGTH)
}

function unique(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let number = 2; ; number++) {
    if (!taken.has(`${name}-${number}`)) return `${name}-${number}`
  }
}
