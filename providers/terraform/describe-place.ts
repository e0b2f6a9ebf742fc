import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { readPlace } from './code/place.js'
import { terraformOptionsShape } from './options.js'

/**
 * One line that says which workspace and backend a comparison of a folder in place will use, or null where the folder is
 * none or the options are not Terraform's. Runs nothing.
 */
export async function describePlace(
  folder: string,
  options: unknown,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const found = await stat(folder).catch(() => null)
  const parsed = z.object(terraformOptionsShape).safeParse(options)
  if (!found?.isDirectory() || !parsed.success) return null
  const env = Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  const { workspace, backend } = await readPlace({ folder, options: parsed.data, env, isInPlace: true })
  return `workspace ${workspace} · backend ${backend.type}`
}
