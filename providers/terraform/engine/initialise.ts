import { existsSync } from 'node:fs'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import { LOCK_FILE } from '../code/provider-lock.js'
import { chooseWorkspace, clearWorkspace } from '../code/workspace.js'
import type { EngineSession } from './engine-session.js'
import { runInit } from './init.js'
import { decideInit, hashInitInputs, type InitInputs, readInitStamp, writeInitStamp } from './init-stamp.js'
import { makePrivateCopy } from './private-copy.js'
import type { Workplace } from './workplace.js'

/** A stack that is ready to be planned. */
export interface ReadyStack {
  readonly session: EngineSession
  /** Text of the lock file in force: the stack's own, or driftd's. */
  readonly lockFile: string | null
  /** The stack has no lock file of its own, and needs one. */
  readonly lacksLockFile: boolean
}

/**
 * Makes a stack ready: a private copy where it needs a lock file and has none or where planning writes files, `init` only where something that it
 * depends on has changed or `force` says so, and the workspace. Throws the codes of `runInit` and `chooseWorkspace`.
 */
export async function initialise(workplace: Workplace, force: boolean): Promise<ReadyStack> {
  const { place, lockFile, session } = workplace
  const lacksLockFile = lockFile === null && place.configuration.needsPlugins
  const isCopy = lacksLockFile || place.configuration.writesBesideCode
  const folder = isCopy ? await copyStack(workplace) : place.folder
  const ready = { session: { ...session, folder }, lacksLockFile }
  await initWhereNeeded(workplace, ready, force)
  await chooseWorkspace({
    session: ready.session,
    workspace: place.workspace,
    backend: place.backend,
    workingFolder: workplace.workingFolder,
  })
  return { ...ready, lockFile: lacksLockFile ? await readKeptLockFile(workplace) : lockFile }
}

/** Removes the private copy: it may hold a state. */
export async function removeCopy(workplace: Workplace): Promise<void> {
  await rm(copyFolder(workplace), { recursive: true, force: true })
}

type Prepared = Omit<ReadyStack, 'lockFile'>

async function initWhereNeeded(workplace: Workplace, ready: Prepared, force: boolean): Promise<void> {
  const { request, place, workingFolder } = workplace
  const stampFile = join(request.dataFolder, 'init.json')
  const nowMs = Date.now()
  const isMoving = place.configuration.hasMovingModules
  const hash = hashInitInputs(await initInputs(workplace, ready), request.key)
  const stamp = await readInitStamp(stampFile)
  const reason = decideInit(stamp, { hash, isMoving, nowMs })
  if (reason === null && !force) return
  await rm(stampFile, { force: true })
  await rememberBackend(workplace)
  await clearWorkspace({ workspace: place.workspace, backend: place.backend, workingFolder })
  await initOnce(workplace, ready, reason !== 'first' && isMoving)
  // the lock file of a copy is written by `init` itself: hash it as the next scan will find it
  await writeInitStamp(stampFile, {
    hash: hashInitInputs(await initInputs(workplace, ready), request.key),
    at: nowMs,
  })
}

async function initOnce(workplace: Workplace, ready: Prepared, refetchesModules: boolean): Promise<void> {
  const { place, workingFolder, pluginCacheFolder } = workplace
  const kept = keptLockFile(workplace)
  const init = {
    session: ready.session,
    workingFolder,
    pluginCacheFolder,
    backendConfig: place.backendConfig,
    keepsBackend: place.memory.backendFile !== null,
    isLockFileReadOnly: !ready.lacksLockFile,
    refetchesModules,
  }
  try {
    await runInit(init)
  } catch (error) {
    // driftd's own lock file selects versions that the code no longer allows, or that are no longer had: select anew, once
    const isKeptLockStale = error instanceof DriftError && STALE_LOCK_CODES.has(error.code)
    if (!ready.lacksLockFile || !isKeptLockStale || !existsSync(kept)) throw error
    await rm(join(ready.session.folder, LOCK_FILE), { force: true })
    await runInit(init)
  }
  if (ready.lacksLockFile) await copyFile(join(ready.session.folder, LOCK_FILE), kept).catch(() => undefined)
}

const STALE_LOCK_CODES: ReadonlySet<string> = new Set(['LOCKFILE_MISMATCH', 'PROVIDER_NOT_INSTALLABLE'])

async function initInputs(workplace: Workplace, ready: Prepared): Promise<InitInputs> {
  const { place, session, request } = workplace
  const kept = ready.lacksLockFile ? await readKeptLockFile(workplace) : null
  const cliConfig = session.env.TF_CLI_CONFIG_FILE ?? join(session.env.HOME ?? '/', '.terraformrc')
  return {
    code: place.configuration.initInputs,
    lockFile: workplace.lockFile ?? kept,
    remembered: place.memory.backend,
    backendConfig: place.backendSettings,
    engine: session.engine,
    cliConfig: await readFile(cliConfig, 'utf8').catch(() => null),
    pluginCacheFolder: workplace.pluginCacheFolder,
    movingCommit: place.configuration.hasMovingModules ? request.checkout.commit : null,
  }
}

async function copyStack(workplace: Workplace): Promise<string> {
  const { place, request } = workplace
  const folder = await makePrivateCopy({
    folder: place.folder,
    modules: place.configuration.modules,
    target: copyFolder(workplace),
    signal: request.signal,
  })
  const lockFile = workplace.lockFile ?? (await readKeptLockFile(workplace))
  if (lockFile !== null) await writeFile(join(folder, LOCK_FILE), lockFile)
  return folder
}

/** Gives our data folder the user's own memory of the backend, or none. */
async function rememberBackend(workplace: Workplace): Promise<void> {
  const path = join(workplace.workingFolder, 'terraform.tfstate')
  const { backendFile } = workplace.place.memory
  if (backendFile === null) await rm(path, { force: true })
  else await writeFile(path, backendFile, { mode: 0o600 })
}

function copyFolder(workplace: Workplace): string {
  return join(workplace.request.dataFolder, 'copy')
}

function readKeptLockFile(workplace: Workplace): Promise<string | null> {
  return readFile(keptLockFile(workplace), 'utf8').catch(() => null)
}

function keptLockFile(workplace: Workplace): string {
  return join(workplace.request.dataFolder, 'terraform.lock.hcl')
}
