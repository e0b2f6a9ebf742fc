import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import type { AnsibleOptions } from '../options.js'

/**
 * Everything that a stack's extra variables say, as one text: `@file` with the content of its file, which may stand outside
 * the repository. Holds secrets. Throws REMEDIATION_UNSUPPORTED where a file cannot be read.
 */
export async function readExtraVars({ extraVars }: AnsibleOptions, folder: string): Promise<string> {
  if (!Array.isArray(extraVars)) return JSON.stringify(extraVars ?? null)
  const items = extraVars.map(async (item) =>
    item.startsWith('@') ? [item, await readVars(resolve(folder, item.slice(1)))] : [item],
  )
  return JSON.stringify(await Promise.all(items))
}

async function readVars(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new DriftError(
      'REMEDIATION_UNSUPPORTED',
      `the extra variables in ${file} cannot be read (${code}), and so not be bound to an approval: check the path and its rights`,
    )
  }
}
