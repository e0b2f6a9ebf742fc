import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { toolFolder } from './tool-folder.js'

/**
 * The absolute path of the first of these programs that can be run: first on PATH, then among what `make setup`
 * installed privately. Null where none is there.
 */
export function findProgram(...names: readonly string[]): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), toolFolder('bin'), toolFolder('venv', 'bin')]
  for (const name of names) {
    const found = folders
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, name))
      .find(isExecutable)
    if (found !== undefined) return found
  }
  return null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
