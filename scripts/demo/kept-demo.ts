import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTree } from '../../src/git/remove-tree.js'
import type { Emulator } from '../lab/emulator.js'
import { repositoryRoot } from '../lab/tool-folder.js'

/** Where `make demo KEEP=1` leaves its estate; ignored by Git. */
export const keptFolder = join(repositoryRoot, '.demo')

const emulatorFile = join(keptFolder, 'emulator-group')

/** Writes down how to end an emulator that stays up, as soon as it is there. */
export async function keepEmulator(emulator: Pick<Emulator, 'groupId'>): Promise<void> {
  await writeFile(emulatorFile, `${emulator.groupId ?? ''}\n`)
}

/** Writes down how to reach a demo that stays up. */
export async function keepEnvironment(env: Readonly<Record<string, string>>): Promise<void> {
  const names = Object.keys(env).filter((name) => /^(AWS|TF)_/.test(name))
  const lines = names.map((name) => `export ${name}=${shellQuote(env[name] ?? '')}\n`)
  await writeFile(join(keptFolder, 'env'), `# use it with:  . .demo/env\n${lines.join('')}`)
}

/** Ends a kept demo's emulator and removes its folder. True where there was one. */
export async function stopKeptDemo(): Promise<boolean> {
  if (!existsSync(keptFolder)) return false
  const groupId = existsSync(emulatorFile) ? Number(readFileSync(emulatorFile, 'utf8').trim()) : 0
  if (groupId > 0 && isEmulator(groupId)) process.kill(-groupId, 'SIGTERM')
  await removeTree(keptFolder)
  return true
}

/** A number may belong to another program since the machine was started anew. */
function isEmulator(pid: number): boolean {
  try {
    return (
      process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('moto_server')
    )
  } catch {
    return false
  }
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
