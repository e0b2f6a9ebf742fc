import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { HostCommand } from './host-process.js'

/** Node with the program of a host (src/cli/engine-host.ts), and the loaders that this program itself was started with. */
export function engineHostCommand(): HostCommand {
  const here = fileURLToPath(import.meta.url)
  const program = join(dirname(here), '..', 'cli', `engine-host${extname(here)}`)
  return { command: process.execPath, args: [...process.execArgv, program] }
}
