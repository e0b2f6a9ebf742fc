import type { Provider, Tree } from '../scan/provider.js'
import { CODE_OWNERS_FILES, parseCodeOwners } from './code-owners.js'
import type { ResolvedStack } from './resolve-stacks.js'

/** The label by which routes find what an owner has. */
export const OWNER_LABEL = 'owner'

/** As long as a label may be. */
const MAX_LENGTH = 256

/**
 * Who owns each stack, by the CODEOWNERS of its repository: several in one text, parted by blanks. Stacks that have the label
 * `owner` already, and those that nobody owns, are not in it.
 */
export async function readStackOwners(
  stacks: readonly ResolvedStack[],
  tree: Tree,
  providers: readonly Pick<Provider, 'name' | 'entryOf'>[],
): Promise<ReadonlyMap<string, string>> {
  const path = CODE_OWNERS_FILES.find((file) => tree.files.includes(file))
  const text = path === undefined ? null : await tree.readText(path)
  if (text === null) return new Map()
  const ownersOf = parseCodeOwners(text)
  const owners = stacks
    .filter(({ stack }) => stack.labels[OWNER_LABEL] === undefined)
    .map(({ stack }) => {
      const provider = providers.find(({ name }) => name === stack.provider)
      const options = stack.options as Readonly<Record<string, unknown>>
      const entry = provider?.entryOf?.(stack.path, options) ?? stack.path
      return [stack.name, ownersOf(fileOf(entry, tree)).join(' ').slice(0, MAX_LENGTH)] as const
    })
  return new Map(owners.filter(([, owner]) => owner !== ''))
}

/** A playbook itself; of a folder the first file in it, since patterns are about files. */
function fileOf(entry: string, { files }: Tree): string {
  const prefix = entry === '.' ? '' : `${entry}/`
  const inside = files.find((file) => file.startsWith(prefix) && !file.slice(prefix.length).includes('/'))
  return files.includes(entry) || inside === undefined ? entry : inside
}
