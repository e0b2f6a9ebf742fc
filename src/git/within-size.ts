import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DriftError } from '../domain/errors.js'

/** A fast line brings some hundred megabytes in this time. */
const LOOK_EVERY_MS = 1_000

/** A folder that may grow to a size. */
export interface SizeLimit {
  readonly folder: string
  readonly maxBytes: number
  readonly signal: AbortSignal | undefined
}

/**
 * Runs what fills the folder of a mirror's packs, and ends it where they grow beyond a size: Git itself takes whatever a
 * remote sends (fault 43). Throws CHECKOUT_FAILED then.
 */
export async function withinSize<T>(limit: SizeLimit, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const [over, done] = [new AbortController(), new AbortController()]
  const watching = watch(limit, over, done.signal)
  try {
    const result = await run(limit.signal ? AbortSignal.any([limit.signal, over.signal]) : over.signal)
    await check(limit)
    return result
  } finally {
    done.abort()
    await watching
  }
}

async function watch(limit: SizeLimit, over: AbortController, done: AbortSignal): Promise<void> {
  while (!done.aborted) {
    await sleep(LOOK_EVERY_MS, undefined, { signal: done }).catch(() => undefined)
    if (!done.aborted) await check(limit).catch((error: unknown) => over.abort(error))
  }
}

async function check({ folder, maxBytes }: SizeLimit): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name))))
  if (sizes.reduce((sum, size) => sum + size, 0) <= maxBytes) return
  const limit = `${Math.round(maxBytes / 1024 ** 2)} MiB`
  throw new DriftError('CHECKOUT_FAILED', `the repository is larger than ${limit}: driftd does not mirror it`)
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
