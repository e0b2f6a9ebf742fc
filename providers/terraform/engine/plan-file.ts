import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { fromBufferPromise, openPromise, type ZipFile } from 'yauzl'

/** Which writing of a state it is. */
export interface StateIdentity {
  readonly serial: number
  readonly lineage: string
}

/** What the plan file itself, a ZIP, says without being shown. */
export interface PlanFile {
  /** The state the plan began with. Null: there was none. */
  readonly state: StateIdentity | null
  /** SHA-256 of everything that the shown plan follows from: state before and after refreshing, code, lock file. */
  readonly digest: string
}

/** The head of a state holds version, serial and lineage (Terraform 1.11.4, statefile/write.go). */
const HEAD_BYTES = 1024
/** A plan file of up to this size is read at once: piece by piece it takes 25 reads. */
const MAX_AT_ONCE_BYTES = 1024 * 1024

/**
 * Reads a plan file, or gives null where it is none (HCP Terraform's `-out` writes a bookmark instead).
 * Serial and lineage stand in the member `tfstate`; in `tfstate-prev` they are always empty (measured).
 */
export async function readPlanFile(path: string): Promise<PlanFile | null> {
  const zip = await openZip(path).catch(() => null)
  if (zip === null) return null
  const digests: string[] = []
  let member: Member | null = null
  try {
    for await (const entry of zip.eachEntry()) {
      // `tfplan` holds the time it was made; all it says of values follows from the other members where nothing is planned
      if (entry.fileName === 'tfplan') continue
      const read = await readMember(await zip.openReadStreamPromise(entry))
      if (entry.fileName === 'tfstate') member = read
      digests.push(`${entry.fileName}\0${read.digest}`)
    }
  } catch {
    return null
  } finally {
    zip.close()
  }
  if (member === null) return null
  const digest = createHash('sha256').update(digests.sort().join('\n')).digest('hex')
  return { state: parseStateIdentity(member.head), digest }
}

async function openZip(path: string): Promise<ZipFile> {
  const { size } = await stat(path)
  return size > MAX_AT_ONCE_BYTES
    ? openPromise(path, { autoClose: false })
    : fromBufferPromise(await readFile(path), { autoClose: false })
}

/** Serial and lineage from the first kilobyte of a state, or null where they are missing or empty. */
export function parseStateIdentity(head: string): StateIdentity | null {
  const serial = /"serial":\s*(\d+)/.exec(head)?.[1]
  const lineage = /"lineage":\s*"([^"]*)"/.exec(head)?.[1]
  return serial === undefined || !lineage ? null : { serial: Number(serial), lineage }
}

interface Member {
  readonly digest: string
  readonly head: string
}

async function readMember(stream: Readable): Promise<Member> {
  const hash = createHash('sha256')
  let head = ''
  for await (const chunk of stream) {
    const bytes = chunk as Buffer
    hash.update(bytes)
    if (head.length < HEAD_BYTES) head += bytes.subarray(0, HEAD_BYTES).toString('latin1')
  }
  return { digest: hash.digest('hex'), head }
}
