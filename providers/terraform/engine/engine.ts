import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, open, readFile, stat } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import semver from 'semver'
import { z } from 'zod'
import { DriftError } from '../../../src/domain/errors.js'
import { replaceFile } from '../../../src/lib/replace-file.js'
import { runCommand } from '../../../src/lib/run-command.js'

/** A Terraform or OpenTofu program that can be used. */
export interface Engine {
  readonly name: 'terraform' | 'tofu'
  /** Absolute path. */
  readonly path: string
  readonly version: string
}

/** What an engine is looked up with. */
export interface EngineRequest {
  /** `terraform`, `tofu`, a path, or undefined: terraform, else tofu. */
  readonly engine: string | undefined
  readonly env: Readonly<Record<string, string>>
  /** Where the command will run: version managers choose by folder. */
  readonly folder: string
  readonly cacheFolder: string
  readonly signal: AbortSignal
}

/**
 * The least versions: `errored` and `checks` stand in the plan JSON from Terraform 1.5 on (its changelog), and
 * OpenTofu begins at 1.6.
 */
const LEAST_VERSION = { terraform: '1.5.0', tofu: '1.6.0' } as const

const versionSchema = z.object({ terraform_version: z.string() })

/**
 * Finds the engine and asks for its version, once per program file. Throws ENGINE_MISSING, ENGINE_TOO_OLD,
 * PERMISSION_DENIED, OUTPUT_INVALID where it does not answer as Terraform does.
 */
export async function findEngine(request: EngineRequest): Promise<Engine> {
  const path = await findProgram(request)
  const version = await readVersion(path, request)
  const name = /tofu/.test(path.slice(path.lastIndexOf('/') + 1)) ? 'tofu' : 'terraform'
  const least = LEAST_VERSION[name]
  // a pre-release of the least version counts as that version
  if (semver.compare(semver.coerce(version) ?? '0.0.0', least) < 0) {
    throw new DriftError(
      'ENGINE_TOO_OLD',
      `${path} is version ${version}: driftd needs ${name} ${least} or newer; install one, or name it with "engine"`,
    )
  }
  return { name, path, version }
}

async function findProgram(request: EngineRequest): Promise<string> {
  const { engine, env } = request
  if (engine?.includes('/')) {
    const path = resolve(engine)
    if (await isProgram(path)) return path
    throw new DriftError(
      'ENGINE_MISSING',
      `the engine ${path} does not exist or is no program: correct "engine"`,
    )
  }
  const names = engine === undefined ? ['terraform', 'tofu'] : [engine]
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name)
      if (await isProgram(path)) return path
    }
  }
  throw new DriftError(
    'ENGINE_MISSING',
    `${names.join(' or ')} is not on PATH (${env.PATH ?? 'empty'}): install it, or name it with "engine"`,
  )
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

async function readVersion(path: string, request: EngineRequest): Promise<string> {
  const cacheFile = await versionCacheFile(path, request.cacheFolder)
  if (cacheFile === null) return askVersion(path, request)
  const cached = await readFile(cacheFile, 'utf8').catch(() => null)
  if (cached !== null && semver.valid(cached)) return cached
  const version = await askVersion(path, request)
  await mkdir(join(request.cacheFolder, 'engines'), { recursive: true, mode: 0o700 })
  await replaceFile(cacheFile, version)
  return version
}

/** Null for a script: version managers (tfenv, asdf, mise) answer differently in every folder. */
async function versionCacheFile(path: string, cacheFolder: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return null
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
    if (buffer.toString('latin1') === '#!') return null
    const { mtimeMs, size, ino } = await file.stat()
    const key = createHash('sha256')
      .update(JSON.stringify([path, mtimeMs, size, ino]))
      .digest('hex')
    return join(cacheFolder, 'engines', key.slice(0, 32))
  } finally {
    await file.close()
  }
}

async function askVersion(path: string, request: EngineRequest): Promise<string> {
  const outcome = await runCommand({
    command: path,
    args: ['version', '-json'],
    cwd: request.folder,
    env: request.env,
    stdout: { kind: 'text' },
    signal: request.signal,
  })
  request.signal.throwIfAborted()
  const version = parseVersion(outcome.stdout)
  if (version !== null) return version
  const said = outcome.stderr.trim().split('\n')[0] ?? ''
  throw new DriftError(
    'OUTPUT_INVALID',
    `${path} version -json (exit code ${outcome.exitCode}) gave no version${said ? `: ${said}` : ''}; is it Terraform or OpenTofu?`,
  )
}

function parseVersion(text: string): string | null {
  try {
    return semver.valid(versionSchema.parse(JSON.parse(text)).terraform_version)
  } catch {
    return null
  }
}
