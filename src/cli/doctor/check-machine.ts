import semver from 'semver'
import { toDriftError } from '../../domain/errors.js'
import { runGit } from '../../git/run-git.js'
import { openDatabase, rebuildCommand } from '../../lib/open-database.js'
import { type Check, ok, problem } from './check.js'
import type { CheckContext } from './check-context.js'

/** package.json, engines. */
const LEAST_NODE = '20.19.0'
/** The first that judges signatures of ssh; `log --diff-merges=first-parent` is older (Git's release notes 2.34, 2.31). */
const LEAST_GIT = '2.34.0'
const TIMEOUT_MS = 20_000
const NATIVE = 'better-sqlite3'

/** Node, what npm builds for it, and Git: there, and new enough. */
export async function checkMachine(context: CheckContext): Promise<readonly Check[]> {
  return [checkNode(process.versions.node), ...checkNativePart(), await checkGit(context)]
}

function checkNode(version: string): Check {
  const found = { area: 'machine', what: 'node', detail: version } as const
  if (semver.gte(version, LEAST_NODE)) return ok(found)
  return problem(
    { ...found, detail: `${version} is older than ${LEAST_NODE}` },
    'https://nodejs.org/en/download',
  )
}

/** True for the check that found no native part of better-sqlite3. */
export function isNativePartMissing({ what, state }: Check): boolean {
  return what === NATIVE && state === 'problem'
}

/** Nothing to tell where it is there. */
function checkNativePart(): readonly Check[] {
  const at = { area: 'machine', what: NATIVE } as const
  try {
    openDatabase(':memory:').close()
    return []
  } catch (error) {
    const { code } = toDriftError(error)
    const detail = `has no native part for this Node: npm ran no install scripts, or Node was replaced since (${code})`
    return [problem({ ...at, detail }, rebuildCommand())]
  }
}

async function checkGit({ env, scratchFolder, signal }: CheckContext): Promise<Check> {
  const at = { area: 'machine', what: 'git' } as const
  const fix = 'apt-get install git, or your system’s package manager'
  try {
    const { stdout } = await runGit({
      args: ['version'],
      cwd: scratchFolder,
      network: null,
      callerEnv: env,
      timeoutMs: TIMEOUT_MS,
      signal,
    })
    const version = semver.coerce(stdout)?.version ?? null
    if (version !== null && semver.lt(version, LEAST_GIT))
      return problem({ ...at, detail: `${version} is older than ${LEAST_GIT}` }, fix)
    return ok({ ...at, detail: version ?? stdout.trim() })
  } catch (error) {
    return problem({ ...at, detail: toDriftError(error).message }, fix)
  }
}
