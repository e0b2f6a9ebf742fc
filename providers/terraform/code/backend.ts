import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import type { JsonValue } from '../../../src/domain/record.js'
import type { BackendBlock } from './file-facts.js'

/** Where the state is kept, from all that says so. */
export interface Backend {
  /** `local`, `s3`, ..., or `cloud`. */
  readonly type: string
  /** For a local state: its path as configured, for the workspace `default`. Null elsewhere. */
  readonly localPath: string | null
  /** For a local state: the folder of the other workspaces, as configured. */
  readonly localWorkspaceFolder: string
}

/** What says where the state is kept. */
export interface BackendSources {
  readonly block: BackendBlock | null
  /** Settings given beside the code (`-backend-config`), the last one first to count. */
  readonly overrides: Readonly<Record<string, JsonValue>>
  /** What the folder's own `.terraform` remembers, where nothing else was given. */
  readonly remembered: BackendBlock | null
}

/** What Terraform writes into `.terraform/terraform.tfstate` (Terraform 1.11, workdir/backend_state.go). */
export const rememberedBackendSchema = z.object({
  backend: z
    .object({ type: z.string(), config: z.record(z.string(), z.json()).nullish() })
    .transform(({ type, config }): BackendBlock => ({ type, config: config ?? {} }))
    .nullish(),
})

/** Decides where the state is. Without a backend block it is the file `terraform.tfstate` beside the code. */
export function decideBackend(sources: BackendSources): Backend {
  const chosen = sources.remembered ?? sources.block ?? { type: 'local', config: {} }
  const config = { ...chosen.config, ...sources.overrides }
  if (chosen.type !== 'local') return { type: chosen.type, localPath: null, localWorkspaceFolder: '' }
  return {
    type: 'local',
    localPath: textOr(config.path, 'terraform.tfstate'),
    localWorkspaceFolder: textOr(config.workspace_dir, 'terraform.tfstate.d'),
  }
}

/** True where the state is a file beside the code, which a checkout does not have. */
export function isStateInCheckout(backend: Backend, workspace: string): boolean {
  if (backend.localPath === null) return false
  return !isAbsolute(workspace === 'default' ? backend.localPath : backend.localWorkspaceFolder)
}

/** Absolute path of a local state, or null where the state is not local. */
export function localStateFile(backend: Backend, folder: string, workspace: string): string | null {
  if (backend.localPath === null) return null
  if (workspace === 'default') return resolve(folder, backend.localPath)
  return join(resolve(folder, backend.localWorkspaceFolder), workspace, 'terraform.tfstate')
}

/** True where the plan is made by HCP Terraform or Terraform Enterprise. */
export function isRemoteExecution(backend: Backend): boolean {
  return backend.type === 'cloud' || backend.type === 'remote'
}

function textOr(value: JsonValue | undefined, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise
}
