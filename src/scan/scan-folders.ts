import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Where scans keep their files, all private (0700) and outside every checkout. */
export interface ScanFolders {
  /** One folder a stack, kept between scans. */
  readonly data: string
  /** One folder a scan, removed at its end. */
  readonly scratch: string
  /** Shared by all stacks: schemas and the like. */
  readonly cache: string
}

/** The three folders below one. */
export function scanFoldersIn(root: string): ScanFolders {
  return { data: join(root, 'stacks'), scratch: join(root, 'scratch'), cache: join(root, 'cache') }
}

/** The data folder of a stack; its name is short, safe, and tells people which stack it belongs to. */
export function stackFolder(folders: ScanFolders, stack: string): string {
  const hash = createHash('sha256').update(stack).digest('hex').slice(0, 12)
  const hint = stack.replace(/[^A-Za-z0-9._-]+/g, '-').slice(-32)
  return join(folders.data, `${hint.replace(/^[-.]+/, '')}-${hash}`)
}
