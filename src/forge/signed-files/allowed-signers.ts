import { readFile } from 'node:fs/promises'
import { DriftError } from '../../domain/errors.js'

/** Who may sign: an allowed-signers file of ssh-keygen(1) in which every line names people literally. */
export interface AllowedSigners {
  /** The file as it was checked: nobody may change it between the check and its use. */
  readonly text: string
  readonly principals: ReadonlySet<string>
}

/** A principal as it may stand in the name of a file, too. */
export const PRINCIPAL = /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/

const MAX_FILE_BYTES = 1024 * 1024

/**
 * Reads and checks a file. Throws SIGNERS_UNUSABLE where it cannot be read, is empty, or has a line by which somebody could
 * sign who is not named there: wildcards, negations, certificate authorities.
 */
export async function readAllowedSigners(path: string): Promise<AllowedSigners> {
  const text = await readText(path)
  const lines = text.split('\n').map((line) => line.trim())
  const principals = new Set<string>()
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue
    const names = (line.split(/\s/)[0] ?? '').split(',')
    const problem = lineProblem(line, names)
    if (problem !== null)
      throw unusable(path, `line ${index + 1} ${problem}: name each principal with its own key`)
    for (const name of names) principals.add(name)
  }
  if (principals.size === 0) throw unusable(path, 'it names nobody: add a line for each approver')
  return { text, principals }
}

function lineProblem(line: string, names: readonly string[]): string | null {
  // also in a comment: rather one line too many is refused
  if (/cert-authority/i.test(line)) return 'trusts a certificate authority'
  const odd = names.find((name) => !PRINCIPAL.test(name))
  return odd === undefined ? null : `has the principal ${JSON.stringify(odd)}, which is no plain name`
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw unusable(path, `it cannot be read (${error.code}): check the path and its rights`)
  })
  if (bytes.length > MAX_FILE_BYTES) throw unusable(path, 'it is over 1 MiB: name the right file')
  return bytes.toString('utf8')
}

function unusable(path: string, why: string): DriftError {
  return new DriftError('SIGNERS_UNUSABLE', `the allowed signers in ${path} cannot be used: ${why}`)
}
