import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../lab/tool-folder.js'
import { failureText, type Outcome } from './outcome.js'

const dist = join(repositoryRoot, 'dist')
const SOURCES = ['src', 'providers']
const SETTINGS = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json']

/** Compiles to dist/ when a source or a setting changed since the last time. */
export function setupBuild(): Outcome {
  const stampFile = join(dist, '.sources')
  const wanted = hashSources()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) {
    return { name: 'build', state: 'ready', detail: 'dist/ is up to date' }
  }
  try {
    compile(wanted)
    return { name: 'build', state: 'installed', detail: 'compiled to dist/' }
  } catch (error) {
    return { name: 'build', state: 'missing', detail: failureText(error), fix: 'npm run build' }
  }
}

/** Into a new folder that then takes the place of dist/: what a removed source left behind would still be loaded. */
function compile(wanted: string): void {
  const fresh = join(repositoryRoot, '.lab', `dist-${process.pid}`)
  try {
    const args = ['-p', 'tsconfig.build.json', '--outDir', fresh]
    execFileSync(join('node_modules', '.bin', 'tsc'), args, {
      cwd: repositoryRoot,
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    writeFileSync(join(fresh, '.sources'), wanted)
    rmSync(dist, { recursive: true, force: true })
    renameSync(fresh, dist)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

function hashSources(): string {
  const hash = createHash('sha256').update(process.versions.node)
  for (const file of [...SETTINGS, ...SOURCES.flatMap(listFiles)]) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(repositoryRoot, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Files below a folder of the repository, sorted, so that two machines agree. */
function listFiles(folder: string): readonly string[] {
  return readdirSync(join(repositoryRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(repositoryRoot.length + 1))
    .sort()
}
