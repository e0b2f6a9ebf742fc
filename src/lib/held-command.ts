import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommandOutcome, type CommandRequest, runCommand } from './run-command.js'

/** What has to be done before a program may begin. */
export interface Hold {
  /** Private folder of this run, where the file stands that lets the program go. */
  readonly folder: string
  /** Called with the process group; the program begins when it resolves, and never where it rejects. */
  onStart(processGroup: number): Promise<void>
}

/** Looks 50 times a second, for a minute: whoever should let it go died, and then nothing may run. */
const WAIT =
  'n=0; while [ ! -e "$0" ]; do n=$((n+1)); [ $n -gt 3000 ] && exit 125; sleep 0.02; done; exec "$@"'

/**
 * `runCommand` for what changes things: a shell waits in the program's place until its process group is written down, so
 * that whatever runs is known to who comes after a crash. Throws what `onStart` threw, and as `runCommand`.
 */
export async function runHeldCommand(request: CommandRequest, hold: Hold): Promise<CommandOutcome> {
  const file = join(hold.folder, 'go')
  const stopped = new AbortController()
  let noted: Promise<void> = Promise.resolve()
  try {
    const outcome = await runCommand({
      ...request,
      command: 'sh',
      args: ['-c', WAIT, file, request.command, ...request.args],
      signal: request.signal ? AbortSignal.any([request.signal, stopped.signal]) : stopped.signal,
      onSpawn(pid) {
        request.onSpawn?.(pid)
        noted = hold.onStart(pid).then(() => writeFile(file, '', { mode: 0o600 }))
        noted.catch((error: unknown) => stopped.abort(error))
      },
    })
    await noted
    return outcome
  } finally {
    await rm(file, { force: true })
  }
}
