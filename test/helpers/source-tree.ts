import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One file of our own, with what it imports. Paths are relative to the repository, with `/`. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  /** Files of our own that it imports, type imports included. */
  readonly imports: readonly string[]
  /** Packages and Node's own modules that it imports, as written. */
  readonly packages: readonly string[]
}

export const REPOSITORY_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** `import ... from '...'`, `export ... from '...'` and `import '...'` over any number of lines, or `import('...')`. */
const IMPORT = /^(?:import|export)\s(?:[^'"`;]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm

/** Every TypeScript file below these folders; a folder that does not exist has none. */
export async function readSources(folders: readonly string[]): Promise<readonly SourceFile[]> {
  const paths = (await Promise.all(folders.map((folder) => listFiles(folder)))).flat()
  return Promise.all(paths.filter((path) => /\.(m?ts|tsx)$/.test(path)).map(readSource))
}

/** Every file below a folder, relative to the repository; none where there is no such folder. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(join(REPOSITORY_ROOT, folder), { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
      .map((entry) =>
        posix.join(
          folder,
          join(entry.parentPath, entry.name).slice(join(REPOSITORY_ROOT, folder).length + 1),
        ),
      )
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Every cycle of imports that a walk in depth meets, each as the files on it; empty where there is none. */
export function findCycles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<string>()
  const cycles: string[][] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start !== -1) {
      cycles.push([...trail.slice(start), path])
      return
    }
    if (done.has(path)) return
    for (const next of byPath.get(path)?.imports ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const file of files) visit(file.path, [])
  return cycles
}

async function readSource(path: string): Promise<SourceFile> {
  const text = await readFile(join(REPOSITORY_ROOT, path), 'utf8')
  const specifiers = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '')
  return {
    path,
    text,
    imports: specifiers
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) =>
        posix.normalize(posix.join(posix.dirname(path), specifier)).replace(/\.js$/, '.ts'),
      ),
    packages: specifiers.filter((specifier) => !specifier.startsWith('.')),
  }
}
