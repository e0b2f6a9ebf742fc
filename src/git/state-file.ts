import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ERROR_CODES, type ErrorCode } from '../domain/errors.js'
import { type RepositoryState, UNSEEN_REPOSITORY } from '../domain/repository-state.js'
import { withFileLock } from '../lib/file-lock.js'
import { replaceFile } from '../lib/replace-file.js'

/** Keeps what is known of a repository at one ref, for one machine: the mirror that it speaks of is as private to it. */
export interface RepositoryMemory {
  read(): Promise<RepositoryState>
  /** Changes it in one step, also where several processes do. Returns what it is now. */
  update(change: (state: RepositoryState) => RepositoryState): Promise<RepositoryState>
}

const LOCK_TIMEOUT_MS = 30_000

const codeSchema = z.custom<ErrorCode>((code) => typeof code === 'string' && code in ERROR_CODES)
const rewrittenShape = { from: z.string(), to: z.string(), at: z.string() }
const stateSchema = z.object({
  commit: z.string().nullable(),
  rewritten: z.object(rewrittenShape).nullable(),
  acknowledged: z
    .object({ ...rewrittenShape, by: z.string(), reason: z.string(), acknowledgedAt: z.string() })
    .nullable(),
  unsigned: z.object({ tip: z.string(), problem: z.string(), since: z.string() }).nullable(),
  unreachable: z.object({ since: z.string(), code: codeSchema, message: z.string() }).nullable(),
})

/** A memory in a file whose folder exists. A file that is missing, or that nobody can read, is a repository never seen. */
export function createStateFile(path: string): RepositoryMemory {
  async function read(): Promise<RepositoryState> {
    try {
      return stateSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    } catch {
      return UNSEEN_REPOSITORY
    }
  }
  return {
    read,
    update: (change) =>
      withFileLock(`${path}.lock`, { timeoutMs: LOCK_TIMEOUT_MS }, async () => {
        const before = await read()
        const after = change(before)
        const text = JSON.stringify(after)
        if (text !== JSON.stringify(before)) await replaceFile(path, text)
        return after
      }),
  }
}
