import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findProgram } from './find-program.js'

/** Where Debian puts the programs of each version, none of them on PATH. */
const DEBIAN_FOLDER = '/usr/lib/postgresql'

/** The folder of PostgreSQL's server programs, of the newest version where there are several; null where there is none. */
export function findPostgres(): string | null {
  const onPath = findProgram('postgres')
  const folders = [...(onPath === null ? [] : [dirname(realpathSync(onPath))]), ...debianFolders()]
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

function debianFolders(): readonly string[] {
  if (!existsSync(DEBIAN_FOLDER)) return []
  return readdirSync(DEBIAN_FOLDER)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN_FOLDER, version, 'bin'))
}
