import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new folder that is gone when the test ends. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'driftd-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs `fn` without the rights of root; the folder is given to that user. Does nothing special where the tests do not run as root. */
export async function asNobody<T>(fn: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return fn()
  process.setegid?.(65534)
  process.seteuid?.(65534)
  try {
    return await fn()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}
