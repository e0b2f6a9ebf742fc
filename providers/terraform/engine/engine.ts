import { createHash } from 'node:crypto'
import { accessSync, constants, statSync } from 'node:fs'
import { mkdir, open, readFile } from 'node:fs/promises'
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
  const path = findProgram(request)
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

function findProgram(request: EngineRequest): string {
  const { engine, env } = request
  if (engine?.includes('/')) {
    const path = resolve(engine)
    if (isProgram(path)) return path
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
      if (isProgram(path)) return path
    }
  }
  throw new DriftError(
    'ENGINE_MISSING',
    `${names.join(' or ')} is not on PATH (${env.PATH ?? 'empty'}): install it, or name it with "engine"`,
  )
}

// at once: for every scan some ten folders of PATH are asked, and each question to another thread takes longer than its answer
function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Versions of program files that this driftd has asked for, by what tells a file from what takes its place. */
const remembered = new Map<string, string>()

async function readVersion(path: string, request: EngineRequest): Promise<string> {
  const identity = identifyFile(path)
  const known = remembered.get(identity)
  if (known !== undefined) return known
  if (await isScript(path)) return askVersion(path, request)
  const version = await readKeptVersion(path, identity, request)
  remembered.set(identity, version)
  return version
}

async function readKeptVersion(path: string, identity: string, request: EngineRequest): Promise<string> {
  const folder = join(request.cacheFolder, 'engines')
  const cacheFile = join(folder, createHash('sha256').update(identity).digest('hex').slice(0, 32))
  const cached = await readFile(cacheFile, 'utf8').catch(() => null)
  if (cached !== null && semver.valid(cached)) return cached
  const version = await askVersion(path, request)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await replaceFile(cacheFile, version)
  return version
}

function identifyFile(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return JSON.stringify([path, found?.mtimeMs, found?.size, found?.ino])
}

/** Version managers (tfenv, asdf, mise) are scripts, which answer differently in every folder. What cannot be read is taken for one. */
async function isScript(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return true
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return buffer.toString('latin1') === '#!'
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
