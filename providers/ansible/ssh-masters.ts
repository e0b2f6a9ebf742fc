import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { runCommand } from '../../src/lib/run-command.js'

/** Enough to end 500 connections in seconds, few enough not to be noticed. */
const MAX_AT_ONCE = 8

/**
 * Ends the ssh connections that a run left open to be shared: each lives in a session of its own, where no signal to
 * the run's process group reaches it. `folder` holds their sockets.
 */
export async function endSshMasters(folder: string, env: Readonly<Record<string, string>>): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const limit = pLimit(MAX_AT_ONCE)
  await Promise.all(names.map((name) => limit(() => endMaster(join(folder, name), env))))
}

async function endMaster(socket: string, env: Readonly<Record<string, string>>): Promise<void> {
  const args = ['-O', 'exit', '-o', `ControlPath=${socket}`, 'driftd']
  try {
    await runCommand({ command: 'ssh', args, cwd: '/', env, stdout: { kind: 'text' } })
  } catch {
    // no ssh on this machine: then nothing of ssh can be left either
  }
}
