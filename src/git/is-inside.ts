import { isAbsolute, relative, sep } from 'node:path'

/** True where a path is the root or below it, by its text; both absolute, without `..` and links resolved. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}
