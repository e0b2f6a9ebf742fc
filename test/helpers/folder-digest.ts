import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** What every file below a folder is: path to mode and SHA-256, or to the target of a symlink. Symlinks are not followed. */
export async function digestFolder(folder: string): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {}
  for (const file of await listEverything(folder)) {
    const path = join(folder, file)
    const stats = await lstat(path)
    if (stats.isSymbolicLink()) digests[file] = `-> ${await readlink(path)}`
    else if (stats.isDirectory()) digests[file] = `folder ${stats.mode.toString(8)}`
    else digests[file] = `${stats.mode.toString(8)} ${sha256(await readFile(path))}`
  }
  return digests
}

/** Every regular file below a folder, with its bytes; none where there is no such folder. */
export async function readEveryFile(folder: string): Promise<readonly { path: string; bytes: Buffer }[]> {
  const files: { path: string; bytes: Buffer }[] = []
  for (const file of await listEverything(folder)) {
    const path = join(folder, file)
    if ((await lstat(path)).isFile()) files.push({ path, bytes: await readFile(path) })
  }
  return files
}

/** `readdir` with `recursive` would follow a provider's symlink into its mirror. */
async function listEverything(folder: string, below = ''): Promise<readonly string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true })
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = join(below, entry.name)
      return entry.isDirectory() ? [path, ...(await listEverything(folder, path))] : [path]
    }),
  )
  return nested.flat().sort()
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
