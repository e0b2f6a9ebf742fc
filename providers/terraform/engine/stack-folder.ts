import { readdir, realpath, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import type { Checkout } from '../../../src/scan/provider.js'
import { isConfigurationFile } from '../code/module-tree.js'

/**
 * The absolute folder of a stack, after it was seen to hold a root module. Throws NOT_A_DIRECTORY, PERMISSION_DENIED,
 * NO_CONFIGURATION, and PATH_OUTSIDE_CHECKOUT where a link leads out of a worktree.
 */
export async function openStackFolder(checkout: Checkout, path: string): Promise<string> {
  const folder = resolve(checkout.root, path)
  const names = await listFolder(folder)
  if (checkout.mode === 'worktree') await checkInside(checkout.root, folder)
  if (!names.some(isConfigurationFile)) {
    throw new DriftError(
      'NO_CONFIGURATION',
      `${folder} has no .tf or .tf.json file: point driftd at a root module`,
    )
  }
  return folder
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    if (!(await stat(folder)).isDirectory()) throw notADirectory(folder, 'is a file')
    return await readdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw notADirectory(folder, 'does not exist')
    if (code === 'EACCES' || code === 'EPERM')
      throw new DriftError('PERMISSION_DENIED', `the folder ${folder} cannot be read: check its rights`, {
        cause: error,
      })
    throw error
  }
}

async function checkInside(root: string, folder: string): Promise<void> {
  const [realRoot, realFolder] = await Promise.all([realpath(root), realpath(folder)])
  if (`${realFolder}${sep}`.startsWith(`${realRoot}${sep}`)) return
  throw new DriftError(
    'PATH_OUTSIDE_CHECKOUT',
    `${folder} leads out of the repository: point the stack inside it`,
  )
}

function notADirectory(folder: string, why: string): DriftError {
  return new DriftError('NOT_A_DIRECTORY', `${folder} ${why}: correct the path of the stack`)
}
