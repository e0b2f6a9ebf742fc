import { constants, type Dirent } from 'node:fs'
import { copyFile, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import type { Module } from '../code/module-tree.js'

/** What is to be copied. */
export interface CopyRequest {
  /** The stack's folder, absolute. */
  readonly folder: string
  /** The root module and the local modules, with absolute folders. */
  readonly modules: readonly Module[]
  /** Where the copy goes; what is there is removed first. */
  readonly target: string
  readonly signal: AbortSignal
}

/** Never needed to plan, or made by somebody's `init`. */
const LEFT_OUT = new Set(['.git', '.terraform', '.terraform.lock.hcl', 'node_modules'])
/** A module folder with more files is no module; copying a whole disk by mistake must end. */
const MAX_FILES = 50_000

/**
 * Copies a stack so that the engine may write beside the code, and returns the folder to run in. Copied are the
 * folders of its modules with all they hold, a local state included; everything else that a relative path of the
 * code can reach is linked, so that `../../templates` means what it means in the original.
 * Throws DISK_FULL, PERMISSION_DENIED.
 */
export async function makePrivateCopy(request: CopyRequest): Promise<string> {
  const { folder, target, modules, signal } = request
  const folders = [...new Set(modules.map((module) => resolve(module.folder)))]
  const base = commonFolder(folders, modules)
  const budget = { files: MAX_FILES, signal }
  try {
    await rm(target, { recursive: true, force: true })
    await mkdir(target, { recursive: true, mode: 0o700 })
    await mirrorFolder({ from: base, to: target, copied: folders, target, budget })
    return join(target, relative(base, folder))
  } catch (error) {
    throw copyError(target, error)
  }
}

interface Mirror {
  readonly from: string
  readonly to: string
  /** Folders that are copied with all they hold. */
  readonly copied: readonly string[]
  /** The copy itself: it may lie inside what is copied. */
  readonly target: string
  readonly budget: { files: number; readonly signal: AbortSignal }
}

/** Links what stands beside the way to the copied folders, and copies those. */
async function mirrorFolder(mirror: Mirror): Promise<void> {
  const { from, to, copied } = mirror
  if (copied.includes(from)) return copyFolder(mirror)
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const next = { ...mirror, from: join(from, entry.name), to: join(to, entry.name) }
    if (copied.some((folder) => isWithin(folder, next.from))) await mirrorFolder(next)
    else if (entry.name !== '.git') await symlink(next.from, next.to)
  }
}

async function copyFolder(mirror: Mirror): Promise<void> {
  const { from, to, budget } = mirror
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    budget.signal.throwIfAborted()
    if (LEFT_OUT.has(entry.name) || isWithin(mirror.target, join(from, entry.name))) continue
    if (--budget.files < 0) throw new Error(`more than ${MAX_FILES} files`)
    await copyEntry(entry, { ...mirror, from: join(from, entry.name), to: join(to, entry.name) })
  }
}

async function copyEntry(entry: Dirent, mirror: Mirror): Promise<void> {
  if (entry.isDirectory()) return copyFolder(mirror)
  // a relative link would point elsewhere from the copy
  if (entry.isSymbolicLink())
    return symlink(resolve(dirname(mirror.from), await readlink(mirror.from)), mirror.to)
  if (entry.isFile()) return copyFile(mirror.from, mirror.to, constants.COPYFILE_FICLONE)
}

/** The lowest folder above all modules from which no relative path in the code leads out. */
function commonFolder(folders: readonly string[], modules: readonly Module[]): string {
  const reach = modules.flatMap((module) =>
    module.files.map((file) => resolve(module.folder, '../'.repeat(stepsUp(file.text)))),
  )
  return [...folders, ...reach].reduce((base, folder) => {
    let common = base
    while (!isWithin(folder, common)) common = dirname(common)
    return common
  })
}

function isWithin(path: string, folder: string): boolean {
  return folder === sep || `${path}${sep}`.startsWith(`${folder}${sep}`)
}

/** The longest run of `../` in a text: how far up its relative paths reach. */
function stepsUp(text: string): number {
  const runs = text.match(/(?<!\.)(?:\.\.\/)*\.\.(?!\.)/g) ?? []
  return Math.max(0, ...runs.map((run) => (run.length + 1) / 3))
}

function copyError(target: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  const what = `the private copy of the stack in ${target} could not be made (${message})`
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new DriftError('DISK_FULL', `${what}: free some space`, { cause: error })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new DriftError('PERMISSION_DENIED', `${what}: check the rights`, { cause: error })
  return error
}
