import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { openPromise } from 'yauzl'

/** One archive of a released program. */
export interface Release {
  readonly url: string
  /** Hex SHA-256 of the archive. */
  readonly sha256: string
  /** The name of the one file that is wanted from it. */
  readonly program: string
}

/** A release is about 30 MB; a line of 1 Mbit/s needs four minutes. */
const DOWNLOAD_TIMEOUT_MS = 600_000

/**
 * Downloads an archive, checks its SHA-256, takes the program out of it and puts it into the folder in one step:
 * nothing unverified is ever there. Returns the program's path. Throws where the server refuses, the sum differs or
 * the archive has no such program.
 */
export async function installRelease(release: Release, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const scratch = await mkdtemp(join(folder, '.download-'))
  try {
    const archive = join(scratch, 'archive.zip')
    const sha256 = await download(release.url, archive)
    if (sha256 !== release.sha256) {
      throw new Error(`${release.url} has SHA-256 ${sha256}, not ${release.sha256}: thrown away`)
    }
    const program = join(scratch, release.program)
    await extract(archive, release.program, program)
    await chmod(program, 0o755)
    const target = join(folder, release.program)
    await rename(program, target)
    return target
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Returns the hex SHA-256 of what was written. */
async function download(url: string, file: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) }).catch(
    (error: Error) => {
      throw new Error(
        `${url} cannot be reached: ${(error.cause as Error | undefined)?.message ?? error.message}`,
      )
    },
  )
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`)
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  await pipeline(Readable.fromWeb(response.body as ReadableStream), hashing, createWriteStream(file))
  return hash.digest('hex')
}

async function extract(archive: string, name: string, target: string): Promise<void> {
  const zip = await openPromise(archive, { lazyEntries: true, autoClose: false })
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== name) continue
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target))
      return
    }
  } finally {
    zip.close()
  }
  throw new Error(`${archive} holds no ${name}`)
}
