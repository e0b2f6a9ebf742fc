import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { isInside } from './is-inside.js'

/**
 * The real, absolute path of something in a checkout. Throws PATH_OUTSIDE_CHECKOUT where the path, or a symbolic link
 * on the way, leaves it (also one that was removed for that), NOT_A_DIRECTORY where there is nothing.
 */
export async function pathInCheckout(
  root: string,
  path: string,
  removedLinks: readonly string[] = [],
): Promise<string> {
  const wanted = resolve(root, path)
  const removed = removedLinks.find((link) => isInside(resolve(root, link), wanted))
  if (removed !== undefined) throw outside(path, `its symbolic link ${removed} leads out`)
  if (!isInside(resolve(root), wanted)) throw outside(path, 'it leads out')
  const realRoot = await realpath(root)
  const real = await realpath(wanted).catch((cause: unknown) => {
    throw new DriftError(
      'NOT_A_DIRECTORY',
      `there is no ${path} in the repository: correct the path of the stack`,
      {
        cause,
      },
    )
  })
  if (!isInside(realRoot, real)) throw outside(path, 'a symbolic link on the way leads out')
  return real
}

function outside(path: string, why: string): DriftError {
  return new DriftError(
    'PATH_OUTSIDE_CHECKOUT',
    `${path} leaves the repository, since ${why}: point it inside`,
  )
}
