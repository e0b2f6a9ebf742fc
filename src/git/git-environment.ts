import { NETWORK_VARIABLES } from '../lib/network-variables.js'
/** Variables by name; undefined where one is not set, as `process.env` has it. */
export type Variables = Readonly<Record<string, string | undefined>>

/** Passed on from the caller: programs, home (known hosts, ssh keys, the user's Git configuration), network, TLS roots. */
const INHERITED: readonly string[] = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'XDG_CONFIG_HOME',
  'SSH_AUTH_SOCK',
  ...NETWORK_VARIABLES,
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
]

/** Nothing of a repository or of the machine may make Git run a program, ask a person, or look into submodules. */
const HARDENED: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.askPass': '',
  'core.autocrlf': 'false',
  'core.protectHFS': 'true',
  'core.protectNTFS': 'true',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  // what is fetched stays the few files that it came as
  'fetch.unpackLimit': '1',
  'gc.autoDetach': 'false',
  'maintenance.autoDetach': 'false',
  'transfer.credentialsInUrl': 'die',
  'safe.bareRepository': 'explicit',
  'advice.detachedHead': 'false',
}

/** What a Git command may reach. `null`: nothing but the mirror, and the user's own configuration is not read. */
export interface NetworkAccess {
  /** The only transport that Git may use, also after redirects. */
  readonly protocol: 'https' | 'http' | 'ssh' | 'file'
  /** Options that make Git log in, and the variables they speak of (credentials.ts). */
  readonly config: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

/** The options before the subcommand. Holds no secret, since every user of the machine sees it in `ps`. */
export function gitOptions(network: NetworkAccess | null): readonly string[] {
  const config = { ...HARDENED, ...(network ? { ...SLOW_IS_DEAD, ...network.config } : {}) }
  return ['--no-pager', ...Object.entries(config).flatMap(([key, value]) => ['-c', `${key}=${value}`])]
}

/** The whole environment of a Git command. */
export function gitEnvironment(caller: Variables, network: NetworkAccess | null): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = caller[name]
    return value === undefined ? [] : [[name, value]]
  })
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    // fetching may need the user's credential helper and proxy; writing files needs nothing that could be a filter
    ...(network ? network.env : { GIT_CONFIG_GLOBAL: '/dev/null' }),
    GIT_ALLOW_PROTOCOL: network ? network.protocol : 'none',
  }
}

/** A transfer below 1 kB/s for a minute is a dead one (http only; everything else has our own time limits). */
const SLOW_IS_DEAD: Readonly<Record<string, string>> = {
  'http.lowSpeedLimit': '1000',
  'http.lowSpeedTime': '60',
}
