import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the repository's root. */
export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** A path below `.lab/`, where `make setup` keeps what it installs privately; ignored by Git, safe to delete. */
export function toolFolder(...parts: readonly string[]): string {
  return join(repositoryRoot, '.lab', ...parts)
}
