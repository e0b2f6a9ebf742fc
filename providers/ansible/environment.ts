import { homedir } from 'node:os'
import { type AnsibleConfig, configuredPath } from './ansible-config.js'
import type { RunFolders } from './run-folders.js'

/** What the environment of one run is made of. */
export interface EnvironmentRequest {
  /** What the caller lets through. */
  readonly env: Readonly<Record<string, string>>
  readonly config: AnsibleConfig
  readonly folders: RunFolders
  /** Folder with our callback plug-ins. */
  readonly pluginFolder: string
  readonly keepCallbacks: readonly string[]
  readonly cores: number
}

/** What our own callback is called. */
export const CALLBACK_NAME = 'driftd_events'

/** Names what a run started, down to modules that left its process group; see leftovers.ts. */
export const RUN_MARK = 'DRIFTD_ANSIBLE_RUN'

/** Each a speed-up or a bound that gives way to what the user has set: variable, keys of ansible.cfg, value. */
interface Default {
  readonly variable: string
  readonly alternatives?: readonly string[]
  readonly settings: readonly string[]
  readonly value: string
}

// facts C4; pipelining for ssh alone: on local connections it costs more than it saves
const DEFAULTS: readonly Default[] = [
  {
    variable: 'ANSIBLE_SSH_PIPELINING',
    alternatives: ['ANSIBLE_PIPELINING'],
    settings: ['defaults.pipelining', 'connection.pipelining', 'ssh_connection.pipelining'],
    value: '1',
  },
  { variable: 'ANSIBLE_TASK_TIMEOUT', settings: ['defaults.task_timeout'], value: '300' },
  { variable: 'ANSIBLE_TIMEOUT', settings: ['defaults.timeout'], value: '10' },
  {
    variable: 'ANSIBLE_SSH_ARGS',
    settings: ['ssh_connection.ssh_args'],
    value: '-C -o ControlMaster=auto -o ControlPersist=15m -o ServerAliveInterval=15',
  },
  {
    variable: 'ANSIBLE_SSH_RETRIES',
    alternatives: ['ANSIBLE_SSH_RECONNECTION_RETRIES'],
    settings: ['ssh_connection.retries', 'connection.retries'],
    value: '2',
  },
  { variable: 'ANSIBLE_PYTHON_INTERPRETER', settings: ['defaults.interpreter_python'], value: 'auto_silent' },
]

/**
 * Hosts read at once: Ansible's own default, or two for each core. Ten on two cores made a run over local connections a
 * quarter slower: there every module runs on the machine that scans.
 */
const LEAST_FORKS = 5
const FORKS_PER_CORE = 2

/**
 * The environment of ansible-playbook: the caller's, with private folders, a strict inventory, silence, and our
 * callback; what the user's ansible.cfg says of ssh, roles, collections and plug-ins stays in force.
 */
export function ansibleEnvironment(request: EnvironmentRequest): Readonly<Record<string, string>> {
  const { env, folders } = request
  return {
    ...env,
    ...defaultsFor(request),
    ...STRICT,
    ANSIBLE_HOME: folders.home,
    ANSIBLE_LOCAL_TEMP: folders.temp,
    ANSIBLE_SSH_CONTROL_PATH_DIR: folders.control,
    ANSIBLE_SSH_CONTROL_PATH: '%(directory)s/%%C',
    ANSIBLE_PERSISTENT_CONTROL_PATH_DIR: folders.control,
    ANSIBLE_CALLBACK_PLUGINS: callbackPaths(request),
    ANSIBLE_CALLBACKS_ENABLED: [CALLBACK_NAME, ...request.keepCallbacks].join(','),
    DRIFTD_CALLBACK_SETTINGS: folders.settings,
    [RUN_MARK]: folders.mark,
  }
}

/** What no setting of a user may change, or the verdict would not hold, a secret leak, or somebody be told. */
const STRICT = {
  ANSIBLE_STDOUT_CALLBACK: 'driftd_silent',
  ANSIBLE_NOCOLOR: '1',
  ANSIBLE_FORCE_COLOR: '0',
  ANSIBLE_NOCOWS: '1',
  ANSIBLE_VERBOSITY: '0',
  ANSIBLE_DEBUG: '0',
  ANSIBLE_LOG_PATH: '/dev/null',
  ANSIBLE_INVENTORY_UNPARSED_FAILED: '1',
  ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: '1',
  // a fact that a check only predicts must never reach the cache of real runs (facts A4, hostname)
  ANSIBLE_CACHE_PLUGIN: 'memory',
  ANSIBLE_MAX_DIFF_SIZE: '1048576',
  ANSIBLE_NO_TARGET_SYSLOG: '1',
  ANSIBLE_RETRY_FILES_ENABLED: '0',
  ANSIBLE_KEEP_REMOTE_FILES: '0',
  ANSIBLE_ENABLE_TASK_DEBUGGER: '0',
  // no bytecode of our plug-ins beside them: what root wrote there, Ansible of another account would stumble over
  PYTHONDONTWRITEBYTECODE: '1',
} as const

function defaultsFor({ env, config, cores }: EnvironmentRequest): Readonly<Record<string, string>> {
  const forks: Default = {
    variable: 'ANSIBLE_FORKS',
    settings: ['defaults.forks'],
    value: String(Math.max(LEAST_FORKS, FORKS_PER_CORE * cores)),
  }
  const open = [...DEFAULTS, forks].filter(({ variable, alternatives = [], settings }) => {
    const isInEnvironment = [variable, ...alternatives].some((name) => env[name] !== undefined)
    return !isInEnvironment && !settings.some((key) => config.settings.has(key))
  })
  return Object.fromEntries(open.map(({ variable, value }) => [variable, value]))
}

/** Ours alone, unless the stack keeps some of its own. */
function callbackPaths({ env, config, pluginFolder, keepCallbacks }: EnvironmentRequest): string {
  if (keepCallbacks.length === 0) return pluginFolder
  const home = env.HOME ?? homedir()
  const own = env.ANSIBLE_CALLBACK_PLUGINS ?? configuredPath(config, 'defaults.callback_plugins', home)
  return [pluginFolder, ...(own === null ? [] : [own])].join(':')
}
