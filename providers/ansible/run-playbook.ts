import { availableParallelism } from 'node:os'
import { type Hold, runHeldCommand } from '../../src/lib/held-command.js'
import { type CommandOutcome, type CommandRequest, runCommand } from '../../src/lib/run-command.js'
import type { AnsibleConfig } from './ansible-config.js'
import { callbackFolder } from './callback-folder.js'
import { commandLine, writeExtraVars } from './command-line.js'
import { ansibleEnvironment } from './environment.js'
import { endLeftovers } from './leftovers.js'
import type { AnsibleOptions } from './options.js'
import { type RunFolders, writeCallbackSettings } from './run-folders.js'
import { endSshMasters } from './ssh-masters.js'

/** One run of `ansible-playbook`. */
export interface PlaybookRun {
  /** Absolute: the working directory. */
  readonly folder: string
  readonly options: AnsibleOptions
  readonly config: AnsibleConfig
  readonly folders: RunFolders
  readonly env: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  readonly key: Buffer
  readonly signal: AbortSignal
  /** Called with the process group of the playbook as it starts. */
  readonly onEngine: (groupId: number) => void
  /** Absent: check mode. Else it changes its hosts, once its process group is written down. */
  readonly hold?: Hold
}

/** facts A6: SIGINT lets Ansible end its modules; what it does not end, the group's signals do. */
const STOP = [
  { signal: 'SIGINT', target: 'group', waitMs: 10_000 },
  { signal: 'SIGTERM', target: 'group', waitMs: 5_000 },
  { signal: 'SIGKILL', target: 'group', waitMs: 5_000 },
] as const

/**
 * Runs the playbook; the events are in `folders.events` afterwards. Nothing that it started on this
 * machine is left when this returns or throws, ssh connections included. A module on a remote host may go on under
 * pipelining: it has no terminal whose end would tell it (README.md, Limits).
 */
export async function runPlaybook(run: PlaybookRun): Promise<CommandOutcome> {
  const { options, folders } = run
  const { keepCallbacks } = options
  await writeCallbackSettings(folders, { key: run.key, secrets: run.secrets, keepCallbacks })
  await writeExtraVars(options, folders.extraVars)
  const env = ansibleEnvironment({
    env: run.env,
    config: run.config,
    folders,
    pluginFolder: callbackFolder(),
    keepCallbacks,
    cores: availableParallelism(),
  })
  try {
    const request: CommandRequest = {
      command: options.engine ?? 'ansible-playbook',
      args: commandLine(options, { extraVarsFile: folders.extraVars, isCheck: run.hold === undefined }),
      cwd: run.folder,
      env,
      stdout: { kind: 'text' },
      signal: run.signal,
      stop: STOP,
      onSpawn: run.onEngine,
    }
    return await (run.hold === undefined ? runCommand(request) : runHeldCommand(request, run.hold))
  } finally {
    await endSshMasters(folders.control, env)
    if (run.signal.aborted) await endLeftovers(folders.mark)
  }
}
