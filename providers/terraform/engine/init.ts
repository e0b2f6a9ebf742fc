import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import semver from 'semver'
import { withFileLock } from '../../../src/lib/file-lock.js'
import { type Diagnostic, parseDiagnosticLine } from './diagnostics.js'
import { type EngineSession, engineFailure, runEngine, STOP_INIT } from './engine-session.js'

/** How `init` is to run. */
export interface InitRequest {
  readonly session: EngineSession
  /** Terraform's data folder (TF_DATA_DIR). */
  readonly workingFolder: string
  readonly pluginCacheFolder: string
  /** Files (absolute) and `key=value`. */
  readonly backendConfig: readonly string[]
  /** Use the backend that the data folder remembers instead of what the code says. */
  readonly keepsBackend: boolean
  /** The lock file is the user's: read it, never write it. */
  readonly isLockFileReadOnly: boolean
  /** Fetch modules anew: one of them may have moved. */
  readonly refetchesModules: boolean
}

/** Downloads of 700 MB take minutes; whoever waits for another's download is ended by the scan's own timeout. */
const INSTALL_LOCK_TIMEOUT_MS = 60 * 60 * 1000

/**
 * Runs `init`, one at a time for each cache of provider packages: Terraform does not guard it against two installs
 * of one provider at the same moment. Throws INIT_FAILED and the codes of the failure table.
 */
export async function runInit(request: InitRequest): Promise<void> {
  const { session, pluginCacheFolder } = request
  await mkdir(pluginCacheFolder, { recursive: true, mode: 0o700 })
  // `terraform get -update` would do, but asks every registry again for what is pinned
  if (request.refetchesModules)
    await rm(join(request.workingFolder, 'modules'), { recursive: true, force: true })
  const lockPath = join(dirname(pluginCacheFolder), 'install.lock')
  const wait = { timeoutMs: INSTALL_LOCK_TIMEOUT_MS, signal: session.signal }
  await withFileLock(lockPath, wait, () => init(request))
}

async function init(request: InitRequest): Promise<void> {
  const { session } = request
  const args = initArguments(request)
  const diagnostics: Diagnostic[] = []
  const outcome = await runEngine(session, {
    args,
    stdout: {
      kind: 'lines',
      maxLineBytes: MAX_LINE_BYTES,
      onLine(line) {
        const diagnostic = parseDiagnosticLine(line)
        if (diagnostic) diagnostics.push(diagnostic)
      },
    },
    stop: STOP_INIT,
  })
  if (outcome.exitCode === 0) return
  throw engineFailure(session, { args, diagnostics, stderr: outcome.stderr, otherwise: 'INIT_FAILED' })
}

const MAX_LINE_BYTES = 1024 * 1024
/** The first Terraform whose `init` takes `-json` (its changelog). */
const JSON_SINCE = '1.9.0'

function initArguments(request: InitRequest): readonly string[] {
  const { engine } = request.session
  return [
    'init',
    '-input=false',
    '-no-color',
    ...(engine.name === 'terraform' && semver.gte(engine.version, JSON_SINCE) ? ['-json'] : []),
    ...(request.isLockFileReadOnly ? ['-lockfile=readonly'] : []),
    // what an earlier scan wrote into the data folder must not be migrated: migrating writes a state
    ...(request.keepsBackend ? [] : ['-reconfigure']),
    ...request.backendConfig.map((setting) => `-backend-config=${setting}`),
  ]
}
