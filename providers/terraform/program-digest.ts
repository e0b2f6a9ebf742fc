import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let digest: string | null = null

/** A hash of this provider's own files: what is kept between scans is made anew by another driftd. */
export function programDigest(): string {
  digest ??= hashFolder(dirname(fileURLToPath(import.meta.url)))
  return digest
}

function hashFolder(folder: string): string {
  const hash = createHash('sha256')
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && /\.[jt]s$/.test(entry.name))
      hash.update(readFileSync(join(entry.parentPath, entry.name)))
  }
  return hash.digest('hex')
}
