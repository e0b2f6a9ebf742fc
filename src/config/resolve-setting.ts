import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DriftError } from '../domain/errors.js'
import type { SettingValue } from '../domain/stack.js'
import type { Secret, Setting } from '../lib/schema/setting.js'

/** No secret is longer; a path that names a disk image by mistake is not read into memory. */
const MAX_FILE_BYTES = 1024 * 1024

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The value of a setting, read now. `{ file: PATH }` is relative to `baseFolder` (that of driftd.yaml); one newline at
 * its end is dropped. Throws SECRET_UNAVAILABLE, whose message names variable or file and never holds content.
 */
export async function resolveSetting(
  setting: Setting | Secret,
  baseFolder: string,
  env: Environment = process.env,
): Promise<SettingValue> {
  if (typeof setting === 'string') return { value: setting, isSecret: false }
  const isSecret = !('secret' in setting) || setting.secret
  const value =
    'env' in setting
      ? readVariable(setting.env, env)
      : await readSecretFile(resolve(baseFolder, setting.file))
  if (isSecret && value === '') throw unavailable(`${nameOf(setting)} is empty`, 'give it its value')
  return { value, isSecret }
}

function readVariable(name: string, env: Environment): string {
  const value = env[name]
  if (value === undefined) throw unavailable(`environment variable ${name} is not set`, 'set it')
  return value
}

async function readSecretFile(path: string): Promise<string> {
  const bytes = await readBounded(path)
  if (bytes.includes(0)) throw unavailable(`file ${path} is binary`, 'name a text file')
  return bytes.toString('utf8').replace(/\r?\n$/, '')
}

async function readBounded(path: string): Promise<Buffer> {
  try {
    // without O_NONBLOCK a FIFO without a writer would hold the program for ever
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) throw unavailable(`${path} is no regular file`, 'name a file')
      if (stat.size > MAX_FILE_BYTES) throw unavailable(`file ${path} is over 1 MiB`, 'name the right file')
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof DriftError) throw error
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    throw unavailable(`file ${path} cannot be read (${code})`, 'check the path and its rights', error)
  }
}

function nameOf(setting: Exclude<Setting | Secret, string>): string {
  return 'env' in setting ? `environment variable ${setting.env}` : `file ${setting.file}`
}

function unavailable(what: string, remedy: string, cause?: unknown): DriftError {
  return new DriftError('SECRET_UNAVAILABLE', `${what}: ${remedy}, or correct the setting`, { cause })
}
