import { constants } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError } from '../../domain/errors.js'

/** They go into Git, and so are no secret. */
const MODE = 0o644

/**
 * Writes files into a folder, all or none: where one exists already and it is not forced, nothing is written. Never
 * writes through a symbolic link. Throws FILE_EXISTS, PERMISSION_DENIED, DISK_FULL.
 */
export async function writeNewFiles(
  folder: string,
  texts: Readonly<Record<string, string>>,
  isForced: boolean,
): Promise<void> {
  const taken = isForced ? [] : await existing(folder, Object.keys(texts))
  if (taken.length > 0) throw existsError(folder, taken)
  for (const [name, text] of Object.entries(texts)) await write(join(folder, name), text, isForced)
}

async function existing(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    names.map((name) =>
      lstat(join(folder, name)).then(
        () => [name],
        () => [],
      ),
    ),
  )
  return found.flat()
}

async function write(path: string, text: string, isForced: boolean): Promise<void> {
  const how = isForced ? constants.O_TRUNC : constants.O_EXCL
  try {
    const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | how, MODE)
    try {
      await file.writeFile(text)
      await file.chmod(MODE)
    } finally {
      await file.close()
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const errorCode = code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'PERMISSION_DENIED'
    throw new DriftError(errorCode, `${path} cannot be written (${code}): check rights and space`, { cause })
  }
}

function existsError(folder: string, names: readonly string[]): DriftError {
  return new DriftError(
    'FILE_EXISTS',
    `${folder} already has ${names.join(', ')}: nothing was written; --force writes ${names.length === 1 ? 'it' : 'them'} anew`,
  )
}
