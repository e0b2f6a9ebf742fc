import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { terraformProvider } from '../../providers/terraform/index.js'
import { type TerraformOptions, terraformOptionsShape } from '../../providers/terraform/options.js'
import { findProgram } from '../../scripts/lab/find-program.js'
import type { RemediationScope } from '../../src/domain/proposal.js'
import type { Detection, DetectRequest, Prepared } from '../../src/scan/provider.js'

/** A root module in a temp folder of its own, with folders for driftd's data beside it. */
export interface TestStack {
  /** Holds the root module (`path` `.`). */
  readonly folder: string
  readonly dataFolder: string
  readonly env: Readonly<Record<string, string>>
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Runs the real Terraform as its user would, in the folder. */
  terraform(...args: readonly string[]): Promise<string>
  detect(overrides?: DetectOverrides): Promise<Detection>
  /** A remediation, planned in a scratch folder that stays until `close`. */
  prepare(scope: RemediationScope, overrides?: DetectOverrides): Promise<Prepared>
  close(): Promise<void>
}

/** What one detection does differently. */
export type DetectOverrides = Partial<Omit<DetectRequest, 'stack'>> & {
  readonly options?: Readonly<Record<string, unknown>>
  readonly path?: string
}

/** A stack of these files. Unless more is given, the environment holds no variable of Terraform or of a cloud. */
export async function createTerraformStack(
  files: Readonly<Record<string, string>>,
  moreEnv: Readonly<Record<string, string>> = {},
): Promise<TestStack> {
  const base = await mkdtemp(join(tmpdir(), 'driftd-terraform-'))
  const folder = join(base, 'stack')
  const folders = { dataFolder: join(base, 'data'), cacheFolder: join(base, 'cache') }
  for (const path of [folder, ...Object.values(folders)]) await mkdir(path, { mode: 0o700 })
  const env = { PATH: process.env.PATH ?? '', HOME: base, CHECKPOINT_DISABLE: '1', ...moreEnv }
  await writeFiles(folder, files)
  return {
    folder,
    dataFolder: folders.dataFolder,
    env,
    write: (more) => writeFiles(folder, more),
    terraform: (...args) => runTerraform(folder, env, args),
    detect: (overrides) => detectWith({ base, folder, env, ...folders }, overrides ?? {}),
    prepare: (scope, overrides) => prepareWith({ base, folder, env, ...folders }, scope, overrides ?? {}),
    async close() {
      await openAll(base)
      await rm(base, { recursive: true, force: true })
    },
  }
}

/** Path, mode and content of everything below a folder, as one text: two of them are equal only if nothing changed. */
export async function fingerprintFolder(folder: string): Promise<string> {
  const lines: string[] = []
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name)
    const found = await lstat(path)
    const content = found.isSymbolicLink()
      ? await readlink(path)
      : found.isFile()
        ? createHash('sha256')
            .update(await readFile(path))
            .digest('hex')
        : ''
    lines.push(`${name} ${found.mode.toString(8)} ${found.mtimeMs} ${content}`)
  }
  return lines.join('\n')
}

/** Absolute path of the Terraform that only fails. */
export const FAKE_TERRAFORM = new URL('../fixtures/fake-terraform/terraform', import.meta.url).pathname

interface Ground {
  readonly base: string
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly dataFolder: string
  readonly cacheFolder: string
}

async function detectWith(ground: Ground, overrides: DetectOverrides): Promise<Detection> {
  const request = await buildRequest(ground, overrides)
  const [outcome] = await Promise.allSettled([terraformProvider.detect(request)])
  const left = await readdir(request.scratchFolder)
  if (left.length > 0) throw new Error(`a scan left ${left.join(', ')} in its scratch folder`)
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

async function prepareWith(
  ground: Ground,
  scope: RemediationScope,
  overrides: DetectOverrides,
): Promise<Prepared> {
  if (terraformProvider.prepare === undefined) throw new Error('the provider cannot remediate')
  return terraformProvider.prepare({ ...(await buildRequest(ground, overrides)), scope })
}

async function buildRequest(
  ground: Ground,
  { options, path, ...rest }: DetectOverrides,
): Promise<DetectRequest<TerraformOptions>> {
  return {
    checkout: { root: ground.folder, commit: null, mode: 'in-place' },
    baseline: null,
    hasGoodScan: false,
    env: ground.env,
    secrets: [],
    key: Buffer.alloc(32, 7),
    dataFolder: ground.dataFolder,
    cacheFolder: ground.cacheFolder,
    scratchFolder: await mkdtemp(join(ground.base, 'scratch-')),
    signal: new AbortController().signal,
    onPhase: () => undefined,
    onEngine: () => undefined,
    ...rest,
    stack: {
      name: 'test',
      provider: 'terraform',
      repository: null,
      path: path ?? '.',
      labels: {},
      timeoutMs: 60_000,
      minCoverage: 0.6,
      options: z.object(terraformOptionsShape).parse(options ?? {}),
    },
  }
}

async function runTerraform(
  folder: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<string> {
  const terraform = findProgram('terraform')
  if (terraform === null) throw new Error('terraform is not on PATH: run make setup')
  const { stdout } = await promisify(execFile)(terraform, [...args], { cwd: folder, env })
  return stdout
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

async function openAll(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openAll(join(folder, entry.name))
  }
}
