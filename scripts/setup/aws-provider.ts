import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { findProgram } from '../lab/find-program.js'
import { findProviderMirror, type ProviderHost } from '../lab/provider-mirror.js'
import { toolFolder } from '../lab/tool-folder.js'
import { failureText, type Outcome } from './outcome.js'

const VERSION = '5.100.0'

/** The packed provider is 150 MB, unpacked 700 MB. */
const FETCH_TIMEOUT_MS = 1_200_000

/**
 * The AWS provider from a local mirror when one is found, else fetched once from the registry into `.lab/providers`,
 * where demo, tests and benchmarks find it: twenty stacks then cost one download.
 */
export function setupAwsProvider(): Outcome {
  const engine = findProgram('terraform', 'tofu')
  if (engine === null) {
    return {
      name: 'AWS provider',
      state: 'missing',
      detail: 'needs terraform or tofu',
      fix: 'see terraform above',
    }
  }
  const host: ProviderHost = basename(engine) === 'tofu' ? 'registry.opentofu.org' : 'registry.terraform.io'
  const found = findProviderMirror(host)
  if (found !== null) {
    return { name: 'AWS provider', state: 'ready', detail: `${found.version} in the mirror ${found.folder}` }
  }
  try {
    fetchProvider(engine)
    return { name: 'AWS provider', state: 'installed', detail: `${VERSION} from ${host}` }
  } catch (error) {
    return {
      name: 'AWS provider',
      state: 'missing',
      detail: `no local mirror, and ${host} gave: ${failureText(error)}`,
      fix: `on a machine with network: terraform providers mirror DIR; bring DIR here as ~/.terraform.d/plugins`,
    }
  }
}

/** A plugin cache has the layout of an unpacked filesystem mirror, so an `init` with one fills our mirror. */
function fetchProvider(engine: string): void {
  const cache = toolFolder('providers')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(tmpdir(), 'driftd-setup-'))
  try {
    const config = join(folder, 'terraform.tfrc')
    writeFileSync(config, `plugin_cache_dir = ${JSON.stringify(cache)}\ndisable_checkpoint = true\n`)
    const requirement = `aws = {\n      source  = "hashicorp/aws"\n      version = "${VERSION}"\n    }`
    writeFileSync(
      join(folder, 'main.tf'),
      `terraform {\n  required_providers {\n    ${requirement}\n  }\n}\n`,
    )
    execFileSync(engine, ['init', '-input=false', '-no-color'], {
      cwd: folder,
      env: { ...process.env, TF_CLI_CONFIG_FILE: config },
      stdio: 'pipe',
      timeout: FETCH_TIMEOUT_MS,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
