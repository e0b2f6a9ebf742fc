import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import type { OpenPlan } from '../plan-json/read-plan.js'
import { type EngineSession, engineFailure, runEngine, STOP_PLAN } from './engine-session.js'

/** A JSON document of the engine, spooled to a private file, since some are larger than memory. */
export interface SpoolRequest {
  readonly session: EngineSession
  readonly args: readonly string[]
  readonly scratchFolder: string
  readonly name: string
}

/**
 * Runs a command whose output is one JSON document, hands the document to `use`, and deletes it whatever happens.
 * Throws ENGINE_FAILED and the codes of the failure table where the command fails, DISK_FULL where the document
 * does not fit, and what `use` throws.
 */
export async function spoolJson<T>(request: SpoolRequest, use: (open: OpenPlan) => Promise<T>): Promise<T> {
  const { session, args } = request
  const path = join(request.scratchFolder, request.name)
  try {
    const outcome = await runEngine(session, {
      args,
      stdout: { kind: 'stream', consume: (stdout) => writeAll(path, stdout) },
      stop: STOP_PLAN,
    })
    if (outcome.exitCode !== 0) {
      throw engineFailure(session, {
        args,
        diagnostics: [],
        stderr: outcome.stderr,
        otherwise: 'ENGINE_FAILED',
      })
    }
    return await use(() => createReadStream(path, { highWaterMark: READ_CHUNK_BYTES }))
  } finally {
    await rm(path, { force: true })
  }
}

/** Shows a plan and hands its JSON to `use`. */
export function showPlan<T>(
  place: Pick<SpoolRequest, 'session' | 'scratchFolder'>,
  plan: { readonly file: string },
  use: (open: OpenPlan) => Promise<T>,
): Promise<T> {
  const args = ['show', '-json', '-no-color', plan.file]
  return spoolJson({ ...place, args, name: 'plan.json' }, use)
}

/** Larger pieces than Node's 64 KiB: fewer turns of the event loop for a document of gigabytes. */
const READ_CHUNK_BYTES = 1024 * 1024

async function writeAll(path: string, stdout: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    for await (const chunk of stdout) await file.writeFile(chunk)
  } catch (error) {
    throw writeError(path, error)
  } finally {
    await file.close()
  }
}

function writeError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new DriftError(
    'DISK_FULL',
    `no space is left for ${path}: free some, or give driftd another data folder`,
    {
      cause: error,
    },
  )
}
