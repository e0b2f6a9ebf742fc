import { type Dirent, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { toolFolder } from './tool-folder.js'

/** A folder that holds the AWS provider, laid out as Terraform's `filesystem_mirror` wants it. */
export interface ProviderMirror {
  /** Absolute path of the folder that holds `<host>/hashicorp/aws/<version>/<os_arch>`. */
  readonly folder: string
  /** `registry.terraform.io`, or `registry.opentofu.org` for OpenTofu. */
  readonly host: ProviderHost
  /** Newest version in it for this machine, such as `5.100.0`. */
  readonly version: string
}

export const PROVIDER_HOSTS = ['registry.terraform.io', 'registry.opentofu.org'] as const
export type ProviderHost = (typeof PROVIDER_HOSTS)[number]

/** Folders below which a mirror may stand anywhere near: what distributions and images use. */
const USUAL_ROOTS = [
  '/opt',
  '/usr/local/share',
  '/usr/local/lib',
  '/usr/share',
  '/usr/lib',
  '/var/lib',
  '/srv',
]

/** A mirror stands one or two folders below such a root; deeper is somebody's source tree. */
const MAX_DEPTH = 2

/** Bounds the walk in a home folder of any size; a listing takes well under a millisecond. */
const MAX_LISTINGS = 3_000

/** Node's names of processors in Go's words. */
const GO_ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  ia32: '386',
  arm: 'arm',
}

/**
 * The first folder that holds the AWS provider of a registry for this machine, or null: what `make setup` fetched,
 * Terraform's implied mirror folders, TF_PLUGIN_CACHE_DIR, then any near folder below the usual roots.
 */
export function findProviderMirror(host: ProviderHost, roots?: readonly string[]): ProviderMirror | null {
  const known = roots === undefined ? impliedFolders() : []
  for (const folder of known) {
    const version = newestVersion(folder, host)
    if (version !== null) return { folder, host, version }
  }
  for (const root of roots ?? [...USUAL_ROOTS, homedir()]) {
    const found = searchBelow(root, host)
    if (found !== null) return found
  }
  return null
}

/** `linux_amd64` and the like: the name Terraform gives this machine's kind. */
export function goPlatform(): string {
  return `${process.platform}_${GO_ARCHITECTURES[process.arch] ?? process.arch}`
}

/** https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories */
function impliedFolders(): readonly string[] {
  const { env } = process
  const dataHome = env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share')
  const dataDirs = (env.XDG_DATA_DIRS ?? '/usr/local/share:/usr/share').split(':')
  const cache = env.TF_PLUGIN_CACHE_DIR
  return [
    toolFolder('providers'),
    join(homedir(), '.terraform.d', 'plugins'),
    ...[dataHome, ...dataDirs].map((folder) => join(folder, 'terraform', 'plugins')),
    ...(cache === undefined || cache === '' ? [] : [cache]),
  ]
}

/** Breadth first: the nearest mirror wins. */
function searchBelow(root: string, host: ProviderHost): ProviderMirror | null {
  let level = [root]
  let listings = 0
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    const next: string[] = []
    for (const folder of level) {
      if (listings >= MAX_LISTINGS) return null
      listings += 1
      const children = listFolders(folder)
      if (children.includes(host)) {
        const version = newestVersion(folder, host)
        if (version !== null) return { folder, host, version }
      }
      next.push(...children.filter((name) => name !== 'node_modules').map((name) => join(folder, name)))
    }
    level = next
  }
  return null
}

function newestVersion(folder: string, host: ProviderHost): string | null {
  const provider = join(folder, host, 'hashicorp', 'aws')
  const versions = listFolders(provider).filter((version) =>
    listNames(join(provider, version, goPlatform())).some((name) =>
      name.startsWith('terraform-provider-aws'),
    ),
  )
  return versions.sort(compareVersions).at(-1) ?? null
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

function listFolders(folder: string): readonly string[] {
  return listEntries(folder)
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map((entry) => entry.name)
}

function listNames(folder: string): readonly string[] {
  return listEntries(folder).map((entry) => entry.name)
}

/** Empty where the folder is missing or may not be read. */
function listEntries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
