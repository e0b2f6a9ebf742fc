import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { rememberedBackendSchema } from './backend.js'
import type { BackendBlock } from './file-facts.js'

/** What the folder's own `.terraform` remembers of the user's `init` and `workspace select`. */
export interface FolderMemory {
  readonly workspace: string | null
  readonly backend: BackendBlock | null
  /** The file that remembers the backend, byte for byte: Terraform knows it by a hash that only it can make. */
  readonly backendFile: Buffer | null
}

/** What a checkout remembers. */
export const NO_MEMORY: FolderMemory = { workspace: null, backend: null, backendFile: null }

/**
 * Reads `.terraform/environment` and `.terraform/terraform.tfstate` of a folder, or those in the folder that the
 * user's TF_DATA_DIR names. What is not there is null.
 */
export async function readFolderMemory(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<FolderMemory> {
  const dataFolder = resolve(folder, env.TF_DATA_DIR || '.terraform')
  const workspace = await readFile(join(dataFolder, 'environment'), 'utf8').catch(() => '')
  const backendFile = await readFile(join(dataFolder, 'terraform.tfstate')).catch(() => null)
  const backend = backendFile === null ? null : parseBackend(backendFile)
  return { workspace: workspace.trim() || null, backend, backendFile: backend === null ? null : backendFile }
}

function parseBackend(file: Buffer): BackendBlock | null {
  try {
    return rememberedBackendSchema.parse(JSON.parse(file.toString('utf8'))).backend ?? null
  } catch {
    return null
  }
}
