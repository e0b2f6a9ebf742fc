import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Emulator } from './emulator-contract.js'
import { repositoryRoot } from './tool-folder.js'

const run = promisify(execFile)

const composeFile = join(repositoryRoot, 'docker-compose.yml')

/** A first start pulls an image of 1 GB. */
const START_TIMEOUT_MS = 600_000

/** True where `docker compose` reaches an engine that runs. */
export async function hasContainerEngine(): Promise<boolean> {
  try {
    await run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 10_000 })
    await run('docker', ['compose', 'version'], { timeout: 10_000 })
    return true
  } catch {
    return false
  }
}

/** Fetches the pinned image, so that a later start is quick. Throws where it cannot be had. */
export async function pullLocalStack(): Promise<void> {
  await run('docker', ['compose', '-f', composeFile, 'pull', '--quiet', 'localstack'], {
    timeout: START_TIMEOUT_MS,
  })
}

/** Starts LocalStack from docker-compose.yml on a free loopback port, as a project of its own. */
export async function startLocalStack(): Promise<Emulator> {
  const project = `driftd-${randomBytes(4).toString('hex')}`
  const compose = (args: readonly string[]): Promise<{ stdout: string }> =>
    run('docker', ['compose', '-p', project, '-f', composeFile, ...args], {
      env: { ...process.env, DRIFTD_LAB_PORT: '0' },
      timeout: START_TIMEOUT_MS,
    })
  const stop = async (): Promise<void> => {
    await compose(['down', '--volumes', '--timeout', '5'])
  }
  try {
    await compose(['up', '--detach', '--wait', 'localstack'])
    const { stdout } = await compose(['port', 'localstack', '4566'])
    const url = `http://${stdout.trim()}`
    return { url, kind: 'localstack', groupId: null, reset: () => resetLocalStack(url), stop }
  } catch (error) {
    await stop().catch(() => {})
    throw error
  }
}

async function resetLocalStack(url: string): Promise<void> {
  const response = await fetch(`${url}/_localstack/state/reset`, {
    method: 'POST',
    signal: AbortSignal.timeout(30_000),
  })
  if (!response.ok) throw new Error(`LocalStack refused to reset: ${response.status}`)
}
