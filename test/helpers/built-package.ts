import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPOSITORY_ROOT } from './source-tree.js'

/** The package as it is shipped, compiled into a folder of its own. */
export interface BuiltPackage {
  readonly folder: string
  /** The folder with its commands. */
  readonly bin: string
  remove(): void
}

/** What of the repository the package is made of. Test: package.json names no other. */
const SHIPPED = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'bin',
  'docs',
  'schemas',
  'providers',
]

/** Compiles the sources beside copies of what ships with them; dependencies are those of the repository. */
export function buildPackage(): BuiltPackage {
  const folder = mkdtempSync(join(tmpdir(), 'driftd-package-'))
  for (const name of SHIPPED) {
    cpSync(join(REPOSITORY_ROOT, name), join(folder, name), { recursive: true })
  }
  symlinkSync(join(REPOSITORY_ROOT, 'node_modules'), join(folder, 'node_modules'))
  // types are checked elsewhere, once
  const args = ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', join(folder, 'dist')]
  execFileSync(join(REPOSITORY_ROOT, 'node_modules/.bin/tsc'), args, { cwd: REPOSITORY_ROOT, stdio: 'pipe' })
  return {
    folder,
    bin: join(folder, 'bin'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
