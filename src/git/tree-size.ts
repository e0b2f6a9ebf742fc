import { DriftError } from '../domain/errors.js'
import type { Variables } from './git-environment.js'
import { gitOutput } from './run-git.js'

/** How large the files of one commit, and a mirror, may be (fault 43). */
export interface TreeLimits {
  readonly maxFiles: number
  readonly maxBytes: number
  /** Of the mirror, with all history, packed. */
  readonly maxMirrorBytes: number
}

/** Far beyond any repository of infrastructure code; a bomb of nested trees has billions. */
export const DEFAULT_TREE_LIMITS: TreeLimits = {
  maxFiles: 500_000,
  maxBytes: 8 * 1024 ** 3,
  maxMirrorBytes: 16 * 1024 ** 3,
}

const MAX_LINE_BYTES = 64 * 1024

/** A commit in a mirror, and how Git is run on it. */
export interface TreeSizeRequest {
  readonly mirrorPath: string
  readonly commit: string
  readonly cwd: string
  readonly network: null
  readonly callerEnv: Variables
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** Counts what a checkout of a commit would write, without writing. Throws CHECKOUT_FAILED beyond the limits. */
export async function checkSize(request: TreeSizeRequest, limits: TreeLimits): Promise<void> {
  const { mirrorPath, commit, ...run } = request
  let files = 0
  let bytes = 0
  const onLine = (line: string): void => {
    files++
    // `<mode> <type> <object> <size>\t<path>`; a submodule has the size "-"
    bytes += Number(/^\d+ blob [0-9a-f]+ +(\d+)\t/.exec(line)?.[1] ?? 0)
    if (files > limits.maxFiles || bytes > limits.maxBytes) throw tooLarge(commit, limits)
  }
  const args = [`--git-dir=${mirrorPath}`, 'ls-tree', '-r', '-l', '--full-tree', commit]
  const stdout = { kind: 'lines', maxLineBytes: MAX_LINE_BYTES, onLine } as const
  await gitOutput(
    { ...run, args, stdout },
    'CHECKOUT_FAILED',
    `the files of commit ${commit} could not be listed`,
  )
}

function tooLarge(commit: string, { maxFiles, maxBytes }: TreeLimits): DriftError {
  const limit = `${maxFiles} files or ${Math.round(maxBytes / 1024 ** 2)} MiB`
  return new DriftError(
    'CHECKOUT_FAILED',
    `commit ${commit} holds more than ${limit}: driftd does not check it out`,
  )
}
