import type { ScanWarning } from '../domain/scan.js'
import { NETWORK_VARIABLES } from '../lib/network-variables.js'
import { compileTextGlob } from '../lib/text-glob.js'

/** Variables by name; undefined where one is not set, as `process.env` has it. */
export type Variables = Readonly<Record<string, string | undefined>>

/** An engine's environment, and what was kept from it. */
export interface BuiltEnvironment {
  readonly env: Readonly<Record<string, string>>
  /** ENVIRONMENT_STRIPPED where the caller's shell would see another verdict. Names only, no values. */
  readonly warnings: readonly ScanWarning[]
}

/** What a configured stack's engine gets. */
export interface StackEnvironmentRequest {
  /** driftd's own environment. */
  readonly caller: Variables
  /** Globs of names; undefined: `DEFAULT_INHERITED`. */
  readonly inheritEnv?: readonly string[] | undefined
  /** The stack's `env`, resolved. Wins over everything inherited. */
  readonly stackEnv: Readonly<Record<string, string>>
  /** The stack names its workspace, so that a variable may not choose another. */
  readonly isWorkspaceNamed: boolean
  /** The engine runs as another account, which has a home, caches and keys of its own. */
  readonly isOtherAccount: boolean
}

/** What the cloud providers and their tools read: the default of `inheritEnv`. */
export const DEFAULT_INHERITED: readonly string[] = [
  'AWS_*',
  'ARM_*',
  'AZURE_*',
  'MSI_*',
  'IDENTITY_*',
  'GOOGLE_*',
  'GCLOUD_*',
  'GCP_*',
  'CLOUDSDK_*',
  'ALICLOUD_*',
  'ALIBABA_CLOUD_*',
  'CLOUDFLARE_*',
  'DIGITALOCEAN_*',
  'HCLOUD_*',
  'IBMCLOUD_*',
  'IC_*',
  'LINODE_*',
  'OCI_*',
  'OS_*',
  'OVH_*',
  'SCW_*',
  'TENCENTCLOUD_*',
  'VSPHERE_*',
  'KUBE_*',
  'KUBECONFIG',
  'VAULT_*',
]

/** What every engine needs to run at all: programs, locale, network. */
const BASE: readonly string[] = ['PATH', 'LANG', 'LANGUAGE', 'LC_*', 'TZ', ...NETWORK_VARIABLES]

/** What belongs to an account: home, temporary folder, settings and caches in them, and the ssh agent. */
const PERSONAL: readonly string[] = [
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TF_CLI_CONFIG_FILE',
  'TF_PLUGIN_CACHE_DIR',
  'SSH_AUTH_SOCK',
]

/** Would change what an engine says (`TF_CLI_ARGS`), where it says it (`TF_LOG`), or whom it asks (reattach). */
const STRIPPED: readonly string[] = [
  'TF_LOG',
  'TF_LOG_*',
  'TF_CLI_ARGS',
  'TF_CLI_ARGS_*',
  'TF_REATTACH_PROVIDERS',
]
const STRIPPED_WITH_WORKSPACE: readonly string[] = ['TF_WORKSPACE']

/** Only these change the verdict that the caller's own shell would give. */
const WORTH_A_WARNING = matchesAny(['TF_CLI_ARGS', 'TF_CLI_ARGS_*', 'TF_REATTACH_PROVIDERS'])

const ALWAYS_SET = { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' } as const

/** The environment of a one-shot comparison: the caller's, less what would change the verdict. */
export function buildOneShotEnvironment(caller: Variables, isWorkspaceNamed: boolean): BuiltEnvironment {
  return build(defined(caller), isWorkspaceNamed)
}

/** The environment of a configured stack: the same by hand and in the daemon, nothing that is not listed. */
export function buildStackEnvironment(request: StackEnvironmentRequest): BuiltEnvironment {
  const isInherited = matchesAny([...BASE, ...PERSONAL, ...(request.inheritEnv ?? DEFAULT_INHERITED)])
  const isKept = request.isOtherAccount ? matchesAny(PERSONAL) : () => false
  const inherited = defined(request.caller).filter(([name]) => isInherited(name) && !isKept(name))
  return build([...inherited, ...Object.entries(request.stackEnv)], request.isWorkspaceNamed)
}

type Entry = readonly [name: string, value: string]

function build(entries: readonly Entry[], isWorkspaceNamed: boolean): BuiltEnvironment {
  const isStripped = matchesAny(isWorkspaceNamed ? [...STRIPPED, ...STRIPPED_WITH_WORKSPACE] : STRIPPED)
  const stripped = [...new Set(entries.map(([name]) => name).filter(isStripped))].sort()
  const env = Object.fromEntries([
    ...entries.filter(([name]) => !isStripped(name)),
    ...Object.entries(ALWAYS_SET),
  ])
  const told = stripped.filter(WORTH_A_WARNING)
  return { env, warnings: told.length > 0 ? [strippedWarning(told)] : [] }
}

function strippedWarning(names: readonly string[]): ScanWarning {
  const message = `${names.join(', ')} ${names.length === 1 ? 'was' : 'were'} set and not passed on: this verdict is not that of your shell`
  return { code: 'ENVIRONMENT_STRIPPED', message }
}

function defined(variables: Variables): readonly Entry[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
}

function matchesAny(globs: readonly string[]): (name: string) => boolean {
  const tests = globs.map(compileTextGlob)
  return (name) => tests.some((test) => test(name))
}
