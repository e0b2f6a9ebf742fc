import { chmod, lstat, readdir, readlink, realpath, unlink } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { isInside } from './is-inside.js'

/**
 * Makes a tree safe to hand to an engine: removes the symbolic links that leave it (fault 41) and takes the right to
 * write from everything else. Returns the removed links, relative to the root, sorted.
 */
export async function containFiles(root: string): Promise<readonly string[]> {
  const realRoot = await realpath(root)
  const links: string[] = []
  const folders: string[] = []
  for await (const entry of walk(realRoot)) {
    if (entry.kind === 'link') links.push(entry.path)
    else if (entry.kind === 'folder') folders.push(entry.path)
    else await chmod(entry.path, entry.isExecutable ? 0o555 : 0o444)
  }
  const outgoing: string[] = []
  // all are judged before one is removed: a link may lead out by way of another
  for (const link of links) if (!(await staysInside(realRoot, link))) outgoing.push(link)
  for (const link of outgoing) await unlink(link)
  for (const folder of folders.reverse()) await chmod(folder, 0o555)
  return outgoing.map((link) => relative(realRoot, link)).sort()
}

interface Entry {
  readonly kind: 'file' | 'folder' | 'link'
  readonly path: string
  readonly isExecutable: boolean
}

/** Everything below a folder and the folder itself, folders before what is in them; links are not followed. */
async function* walk(folder: string): AsyncGenerator<Entry> {
  yield { kind: 'folder', path: folder, isExecutable: true }
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (entry.isSymbolicLink()) yield { kind: 'link', path, isExecutable: false }
    else yield { kind: 'file', path, isExecutable: ((await lstat(path)).mode & 0o100) !== 0 }
  }
}

async function staysInside(root: string, link: string): Promise<boolean> {
  try {
    return isInside(root, await realpath(link))
  } catch {
    // it leads nowhere, or in a circle: what its text says decides
    return isInside(root, resolve(dirname(link), await readlink(link)))
  }
}
