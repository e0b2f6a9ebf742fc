import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished, vi } from 'vitest'
import { ansibleProvider } from '../../../providers/ansible/index.js'
import { type AnsibleOptions, parseAnsibleOptions } from '../../../providers/ansible/options.js'
import type { DriftError } from '../../../src/domain/errors.js'
import type { Finding } from '../../../src/domain/record.js'
import type { Detection, DetectRequest, Prepared } from '../../../src/scan/provider.js'

const execute = promisify(execFile)

// a run of ansible-playbook takes 2 s on an idle machine; this is for one that is not
vi.setConfig({ testTimeout: 240_000 })

/** What one detection of a lab may ask for beyond the usual. */
export interface DetectOptions {
  readonly options?: Partial<AnsibleOptions>
  readonly env?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly baseline?: string | null
  readonly commit?: string | null
  readonly code?: string | null
  readonly signal?: AbortSignal
  readonly scratch?: string
  readonly path?: string
}

/** A folder with a playbook, hosts that are folders below it, and the real ansible-playbook. */
export interface AnsibleLab {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Folder of one host: what its tasks manage. */
  host(name: string): string
  /** Writes files of the repository; `site.yml` is the playbook unless options say otherwise. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Writes a file on a host. */
  onHost(name: string, file: string, text: string | Buffer): Promise<void>
  readHost(name: string, file: string): Promise<string>
  /** Carries the playbook out for real. Fails where Ansible does. */
  apply(args?: readonly string[]): Promise<void>
  detect(options?: DetectOptions): Promise<Detection>
  /** A remediation, prepared by a check. */
  prepare(hosts?: readonly string[], options?: DetectOptions): Promise<Prepared>
  /** The error of a detection that has no verdict. */
  failure(options?: DetectOptions): Promise<DriftError>
}

/** Hosts over local connections; `{{ root }}` is the folder of each. Gone when the test ends. */
export async function openAnsibleLab(hosts: readonly string[] = ['web1']): Promise<AnsibleLab> {
  const folder = await mkdtemp(join(tmpdir(), 'driftd-ansible-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const host = (name: string): string => join(folder, 'hosts', name)
  await Promise.all(hosts.map((name) => mkdir(host(name), { recursive: true })))
  await mkdir(join(folder, 'home'))
  await mkdir(join(folder, 'repository'))
  const env = { ...baseEnvironment(), HOME: join(folder, 'home') }
  const write = (files: Readonly<Record<string, string>>): Promise<void> =>
    writeAll(join(folder, 'repository'), files)
  await write({ 'inventory.ini': hosts.map((name) => localHost(name, host(name))).join('\n') })
  const detect = (options: DetectOptions = {}): Promise<Detection> =>
    detectIn(join(folder, 'repository'), folder, { ...options, env: { ...env, ...options.env } })
  return {
    folder,
    env,
    host,
    write,
    detect,
    prepare: async (hosts = [], options = {}) => {
      const own = { ...options, env: { ...env, ...options.env } }
      const request = await buildRequest(join(folder, 'repository'), folder, own)
      if (ansibleProvider.prepare === undefined) throw new Error('the provider cannot remediate')
      return ansibleProvider.prepare({ ...request, scope: { action: 'run-playbook', addresses: [], hosts } })
    },
    onHost: (name, file, text) => writeAll(host(name), { [file]: text }),
    readHost: (name, file) => readFile(join(host(name), file), 'utf8'),
    apply: (args = []) => apply(join(folder, 'repository'), env, args),
    failure: async (options) => {
      const outcome = await detect(options).then(
        (detection) => detection,
        (error: DriftError) => error,
      )
      if ('code' in outcome) return outcome
      throw new Error(`expected a failure, but got ${JSON.stringify(outcome)}`)
    },
  }
}

/** A finding by its address; fails where there is none. */
export function findingOf(detection: Detection, address: string, host?: string): Finding {
  const found = detection.findings.find(
    (finding) => finding.address === address && (host === undefined || finding.host === host),
  )
  if (found) return found
  const seen = detection.findings.map((finding) => `${finding.host}: ${finding.address}`)
  throw new Error(`no finding ${address} among ${JSON.stringify(seen)}`)
}

/** Kind and address of each finding, for a look at all of them. */
export function summary(detection: Detection): readonly string[] {
  return detection.findings.map(({ kind, host, address }) => `${kind} ${host}: ${address}`)
}

/** What could not be verified, as `reason host: task`. */
export function blindSpots(detection: Detection): readonly string[] {
  return detection.coverage.unverified.map(({ what, reason }) => `${reason} ${what}`)
}

/** An environment without anything of the machine's own Ansible. */
export function baseEnvironment(): Readonly<Record<string, string>> {
  return { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' }
}

/** One inventory line of a host that is this machine. */
export function localHost(name: string, root: string): string {
  return `${name} ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}" root=${root}`
}

async function detectIn(root: string, folder: string, options: DetectOptions): Promise<Detection> {
  return ansibleProvider.detect(await buildRequest(root, folder, options))
}

async function buildRequest(
  root: string,
  folder: string,
  options: DetectOptions,
): Promise<DetectRequest<AnsibleOptions>> {
  const scratch = options.scratch ?? (await mkdtemp(join(folder, 'scratch-')))
  return {
    stack: {
      name: 'prod/web',
      provider: 'ansible',
      repository: null,
      path: options.path ?? '.',
      labels: {},
      timeoutMs: 60_000,
      minCoverage: 0.6,
      options: parseAnsibleOptions({
        playbook: 'site.yml',
        inventory: ['inventory.ini'],
        ...options.options,
      }),
    },
    checkout: { root, commit: options.commit ?? null, mode: 'in-place' },
    baseline: options.baseline ?? null,
    code: options.code ?? null,
    hasGoodScan: false,
    env: options.env ?? {},
    secrets: options.secrets ?? [],
    key: Buffer.alloc(32, 7),
    cacheFolder: folder,
    dataFolder: folder,
    scratchFolder: scratch,
    signal: options.signal ?? new AbortController().signal,
    onPhase: () => undefined,
    onEngine: () => undefined,
  }
}

async function apply(
  cwd: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<void> {
  await execute('ansible-playbook', ['-i', 'inventory.ini', 'site.yml', ...args], { cwd, env })
}

async function writeAll(root: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
}
