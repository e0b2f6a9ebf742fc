import { rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import { type EngineSession, engineFailure, runEngine, STOP_INIT } from '../engine/engine-session.js'
import { type Backend, isRemoteExecution, localStateFile } from './backend.js'

/** What says which workspace is meant, the strongest first. */
export interface WorkspaceSources {
  /** `--workspace`, or `workspace` in driftd.yaml. */
  readonly option: string | undefined
  /** TF_WORKSPACE of the caller. */
  readonly variable: string | undefined
  /** What the folder's own `.terraform` remembers. */
  readonly remembered: string | null
}

/** The workspace to be used. */
export interface WorkspaceChoice {
  readonly session: EngineSession
  readonly workspace: string
  readonly backend: Backend
  /** Terraform's data folder (TF_DATA_DIR). */
  readonly workingFolder: string
}

/** The name of the workspace that is meant. */
export function decideWorkspace(sources: WorkspaceSources): string {
  return sources.option ?? (sources.variable || (sources.remembered ?? 'default'))
}

/**
 * Leaves no workspace chosen before `init`, but for HCP Terraform, which refuses `init` without one. Most backends
 * make a missing workspace when they are opened with it.
 */
export async function clearWorkspace(choice: Omit<WorkspaceChoice, 'session'>): Promise<void> {
  const file = join(choice.workingFolder, 'environment')
  await rm(file, { force: true })
  if (isRemoteExecution(choice.backend) && choice.workspace !== 'default') {
    await writeFile(file, choice.workspace, { mode: 0o600 })
  }
}

/**
 * Chooses the workspace for the commands that follow, after it was seen to exist, without ever making it.
 * Throws WORKSPACE_NOT_FOUND; BACKEND_UNREACHABLE and the other codes of the failure table where the backend cannot be asked.
 */
export async function chooseWorkspace(choice: WorkspaceChoice): Promise<void> {
  const { session, workspace, backend } = choice
  if (isRemoteExecution(backend)) return
  await clearWorkspace(choice)
  if (workspace === 'default') return
  const localFile = localStateFile(backend, session.folder, workspace)
  if (localFile === null) return selectWorkspace(session, workspace)
  if (!(await isFolder(dirname(localFile)))) throw notFound(session, workspace)
  await writeFile(join(choice.workingFolder, 'environment'), workspace, { mode: 0o600 })
}

/** `workspace select` asks the backend for its workspaces and writes nothing but its own note of the choice. */
async function selectWorkspace(session: EngineSession, workspace: string): Promise<void> {
  const args = ['workspace', 'select', workspace]
  const outcome = await runEngine(session, { args, stdout: { kind: 'text' }, stop: STOP_INIT })
  if (outcome.exitCode === 0) return
  const error = engineFailure(session, {
    args,
    diagnostics: [],
    stderr: outcome.stderr,
    otherwise: 'BACKEND_UNREACHABLE',
  })
  throw error.code === 'WORKSPACE_NOT_FOUND' ? notFound(session, workspace) : error
}

function notFound(session: EngineSession, workspace: string): DriftError {
  return new DriftError(
    'WORKSPACE_NOT_FOUND',
    `the stack in ${session.shownFolder} has no workspace "${workspace}", and driftd makes none: correct "workspace", or run terraform workspace new ${workspace}`,
  )
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found?.isDirectory() ?? false
}
