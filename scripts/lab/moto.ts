import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Emulator } from './emulator-contract.js'

/** Importing all of moto takes 1-3 s; a busy machine with two cores has been seen to need ten times that. */
const START_TIMEOUT_MS = 90_000
const POLL_MS = 50
const STOP_TIMEOUT_MS = 5_000

/**
 * The leader of the group becomes moto; a watcher in the same group removes its folder and ends the group when the
 * pipe on its standard input closes, which the kernel does however this process ends.
 */
const GUARDED =
  'exec 3<&0; (cat <&3 >/dev/null 2>&1; rm -rf "$LAB_FOLDER"; kill -TERM 0) & exec "$@" </dev/null 3<&-'

/** Starts moto_server on a port that the system chooses and returns when it answers. Throws with its log's end. */
export async function startMoto(program: string, keepIn: string | null): Promise<Emulator> {
  const folder = keepIn ?? (await mkdtemp(join(tmpdir(), 'driftd-moto-')))
  const logFile = join(folder, 'moto.log')
  const child = spawnMoto(program, logFile, keepIn !== null)
  const stop = (): Promise<void> => stopMoto(child, keepIn === null ? folder : null)
  try {
    const url = await waitForUrl(child, logFile)
    return {
      url,
      kind: 'moto',
      groupId: child.pid ?? null,
      reset: () => post(`${url}/moto-api/reset`),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function spawnMoto(program: string, logFile: string, outlives: boolean): ChildProcess {
  const command = [program, '-H', '127.0.0.1', '-p', '0']
  const log = openSync(logFile, 'a')
  const env = { ...process.env, PYTHONUNBUFFERED: '1', LAB_FOLDER: dirname(logFile) }
  const child = outlives
    ? spawn(command[0] ?? '', command.slice(1), { detached: true, env, stdio: ['ignore', log, log] })
    : spawn('/bin/sh', ['-c', GUARDED, 'sh', ...command], { detached: true, env, stdio: ['pipe', log, log] })
  closeSync(log)
  child.unref()
  child.on('error', () => {})
  return child
}

/** Its own words, `Running on http://127.0.0.1:PORT`, are the only place that names the port the system chose. */
async function waitForUrl(child: ChildProcess, logFile: string): Promise<string> {
  const deadline = performance.now() + START_TIMEOUT_MS
  while (performance.now() < deadline) {
    const log = await readFile(logFile, 'utf8')
    const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(log)?.[1]
    if (url !== undefined && (await isAnswering(url))) return url
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new Error(`moto_server ended at once: ${log.slice(-2_000)}`)
    }
    await sleep(POLL_MS)
  }
  throw new Error(`moto_server did not answer within ${START_TIMEOUT_MS / 1000} s`)
}

async function isAnswering(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/data.json`, { signal: AbortSignal.timeout(5_000) })).ok
  } catch {
    return false
  }
}

async function post(url: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(30_000) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
}

async function stopMoto(child: ChildProcess, folder: string | null): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    // nothing else may hold this process until the emulator is gone and its folder removed
    child.ref()
    const kill = setTimeout(signalGroup, STOP_TIMEOUT_MS, child.pid, 'SIGKILL')
    const gone = once(child, 'exit')
    signalGroup(child.pid, 'SIGTERM')
    await gone
    clearTimeout(kill)
  }
  child.stdin?.destroy()
  if (folder !== null) await rm(folder, { recursive: true, force: true })
}

function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal)
  } catch {
    // already gone
  }
}
