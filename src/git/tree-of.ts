import { constants, type Dirent } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { DriftError } from '../domain/errors.js'
import type { Tree } from '../scan/provider.js'
import { isInside } from './is-inside.js'

/** Beyond, discovery would take longer than scanning: name the stacks explicitly, or a smaller folder. */
const MAX_FILES = 500_000
const MAX_DEPTH = 64
/** A larger file is no code of a stack. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024
/** What engines and package managers put beside the code. */
const SKIPPED: ReadonlySet<string> = new Set([
  '.git',
  '.terraform',
  '.terragrunt-cache',
  'node_modules',
  '.driftd',
  '.venv',
])

/**
 * The files below a folder, a worktree or any other. Symbolic links to files inside the tree are files, those to folders
 * are not followed, those that leave the tree are left out. Throws CHECKOUT_FAILED beyond 500,000 files,
 * NOT_A_DIRECTORY, PERMISSION_DENIED for the root.
 */
export async function treeOf(folder: string): Promise<Tree> {
  const root = await openRoot(folder)
  const { files, links } = await listFiles(root)
  return {
    files: files.sort((a, b) => (a < b ? -1 : 1)),
    links,
    readText: (file) => readText(root, file),
  }
}

async function openRoot(folder: string): Promise<string> {
  try {
    const root = await realpath(folder)
    await readdir(root)
    return root
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const errorCode = code === 'EACCES' || code === 'EPERM' ? 'PERMISSION_DENIED' : 'NOT_A_DIRECTORY'
    throw new DriftError(
      errorCode,
      `the folder ${folder} cannot be read (${code}): check the path and its rights`,
      {
        cause,
      },
    )
  }
}

async function listFiles(
  root: string,
): Promise<{ readonly files: string[]; readonly links: ReadonlyMap<string, string> }> {
  const files: string[] = []
  const links = new Map<string, string>()
  const waiting: { readonly folder: string; readonly depth: number }[] = [{ folder: '', depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { folder, depth } = next
    for (const entry of await entriesOf(join(root, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory() && depth < MAX_DEPTH && !SKIPPED.has(entry.name))
        waiting.push({ folder: path, depth: depth + 1 })
      else if (entry.isFile() && entry.name !== '.git') files.push(path)
      else if (entry.isSymbolicLink()) {
        const link = await targetOf(root, path)
        if (link !== null) links.set(path, link.target)
        if (link?.isFile) files.push(path)
      }
    }
    if (files.length > MAX_FILES) throw tooMany(root)
  }
  return { files, links }
}

/** A folder that may not be entered holds no stack of ours. */
async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => [])
}

/** Where a link leads to, relative to the root, or null where that is outside or nowhere. */
async function targetOf(
  root: string,
  link: string,
): Promise<{ readonly target: string; readonly isFile: boolean } | null> {
  try {
    const real = await realpath(join(root, link))
    if (!isInside(root, real)) return null
    const found = await stat(real)
    if (!found.isFile() && !found.isDirectory()) return null
    return { target: relative(root, real) || '.', isFile: found.isFile() }
  } catch {
    return null
  }
}

async function readText(root: string, path: string): Promise<string | null> {
  const file = await openInside(root, path)
  if (file === null) return null
  try {
    if ((await file.stat()).size > MAX_TEXT_BYTES) return null
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile())
  } catch {
    return null
  } finally {
    await file.close()
  }
}

/** An open regular file whose real place is inside the root, else null. */
async function openInside(root: string, path: string) {
  try {
    const real = await realpath(join(root, path))
    if (!isInside(root, real)) return null
    // without O_NONBLOCK a FIFO would hold the program for ever
    const file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
    if ((await file.stat()).isFile()) return file
    await file.close()
    return null
  } catch {
    return null
  }
}

function tooMany(root: string): DriftError {
  return new DriftError(
    'CHECKOUT_FAILED',
    `${root} holds more than ${MAX_FILES} files: name a smaller folder`,
  )
}
