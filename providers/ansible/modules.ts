/**
 * Modules that declare nothing about a host: they read, compute, or steer the play (facts A3). `add_host` and
 * `group_by` are always "changed" and touch only the controller.
 */
const CONTROL = new Set([
  ...[
    'setup',
    'gather_facts',
    'debug',
    'set_fact',
    'set_stats',
    'meta',
    'include',
    'include_tasks',
    'include_role',
  ],
  ...[
    'import_tasks',
    'import_role',
    'import_playbook',
    'include_vars',
    'add_host',
    'group_by',
    'pause',
    'ping',
  ],
  ...[
    'assert',
    'fail',
    'stat',
    'find',
    'slurp',
    'wait_for_connection',
    'validate_argument_spec',
    'async_status',
  ],
  ...['getent', 'win_ping', 'win_stat', 'win_find'],
])

/** Modules that bring in other tasks while the play runs. */
const INCLUDES = new Set(['include', 'include_tasks', 'include_role'])

/** Modules whose only use is an assertion of the code. */
const ASSERTIONS = new Set(['assert', 'fail', 'validate_argument_spec'])

/** Modules that say "changed" whatever the host is like. */
const ALWAYS_CHANGED = new Set(['reboot', 'win_reboot', 'raw'])

const PACKAGES = new Set(
  [
    'apt',
    'dnf',
    'dnf5',
    'yum',
    'package',
    'pip',
    'zypper',
    'apk',
    'pacman',
    'homebrew',
    'gem',
    'npm',
    'snap',
  ].concat([
    'rpm_key',
    'apt_repository',
    'yum_repository',
    'deb822_repository',
    'win_package',
    'win_chocolatey',
    'unarchive',
  ]),
)
const SERVICES = new Set([
  'service',
  'systemd',
  'systemd_service',
  'sysvinit',
  'runit',
  'win_service',
  'supervisorctl',
])
const ACCOUNTS = new Set(['user', 'group', 'win_user', 'win_group'])
const COMMANDS = new Set(['command', 'shell', 'script', 'raw', 'expect', 'win_command', 'win_shell'])

/** The module's name without its collection. */
export function shortModule(module: string): string {
  return module.slice(module.lastIndexOf('.') + 1)
}

/** True where the task declares nothing that could drift. */
export function isControl(module: string): boolean {
  const name = shortModule(module)
  return CONTROL.has(name) || name.endsWith('_facts') || name.endsWith('_info')
}

/** True for a task that brings in others: where it is skipped by mistake, so are they. */
export function isInclude(module: string): boolean {
  return INCLUDES.has(shortModule(module))
}

/** True for a task that does nothing but assert. */
export function isAssertion(module: string): boolean {
  return ASSERTIONS.has(shortModule(module))
}

/** True for a task that reports a change at every run, in sync or not. */
export function isAlwaysChanged(module: string): boolean {
  return ALWAYS_CHANGED.has(shortModule(module))
}

/** True for a module that installs something. */
export function isPackageModule(module: string): boolean {
  return PACKAGES.has(shortModule(module))
}

/** True for a module that starts and stops services. */
export function isServiceModule(module: string): boolean {
  return SERVICES.has(shortModule(module))
}

/** True for a module that makes users or groups. */
export function isAccountModule(module: string): boolean {
  return ACCOUNTS.has(shortModule(module))
}

/** True for a module that runs what the playbook says. */
export function isCommandModule(module: string): boolean {
  return COMMANDS.has(shortModule(module))
}
