import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CliOutcome } from './run-cli.js'
import { REPOSITORY_ROOT } from './source-tree.js'

/** The package as it is shipped, compiled into a folder of its own. */
export interface BuiltPackage {
  readonly folder: string
  /** The folder with its commands. */
  readonly bin: string
  /** Runs one of its commands to its end. */
  run(command: string, args: readonly string[], place: Place): Promise<CliOutcome>
  remove(): void
}

/** Where a command runs; the environment is the whole one. */
interface Place {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** What of the repository the package is made of. Test: package.json names no other. */
const SHIPPED = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'bin',
  'docs',
  'packaging',
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
    run: (command, args, place) => run(join(folder, 'bin', command), args, place),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function run(program: string, args: readonly string[], { cwd, env }: Place): Promise<CliOutcome> {
  const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { exitCode, signal, stdout, stderr }
}
