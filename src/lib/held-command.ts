import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A program that runs, but does nothing before it is let go. */
export interface HeldCommand {
  readonly command: string
  readonly args: readonly string[]
  /** Lets the program go on. */
  release(): Promise<void>
  /** Removes what held it. */
  clear(): Promise<void>
}

/** What is to be run, and where the file that lets it go may be. */
export interface HeldCommandRequest {
  readonly command: string
  readonly args: readonly string[]
  /** Private folder of this run. */
  readonly folder: string
}

/** Looks 50 times a second, for a minute: whoever should let it go died, and then nothing may run. */
const WAIT =
  'n=0; while [ ! -e "$0" ]; do n=$((n+1)); [ $n -gt 3000 ] && exit 125; sleep 0.02; done; exec "$@"'

/**
 * A program behind a shell that waits for a file: so its process group can be written down before anything happens, and
 * where that fails, nothing ever does.
 */
export function holdCommand({ command, args, folder }: HeldCommandRequest): HeldCommand {
  const file = join(folder, 'go')
  return {
    command: 'sh',
    args: ['-c', WAIT, file, command, ...args],
    release: () => writeFile(file, '', { mode: 0o600 }),
    clear: () => rm(file, { force: true }),
  }
}
