import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { findProgram } from '../scripts/lab/find-program.js'
import { findProviderMirror } from '../scripts/lab/provider-mirror.js'
import { repositoryRoot } from '../scripts/lab/tool-folder.js'

/** When and of which commit something is measured: `2026-11-24 14:02 UTC at commit 9fceb02d0ae5`. */
export function describeMoment(): string {
  return `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC at commit ${commitName()}`
}

/** One line that says on what, when and of which commit something was measured. */
export function describeMachine(): string {
  const processors = cpus()
  const load = loadavg()[0] ?? 0
  const caveat =
    load > processors.length / 2
      ? ' The machine was busy with other work: the walls say little, CPU says more; measure again on a quiet one.'
      : ''
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const parts = [
    `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown processor'}`,
    memory,
    `${process.platform} ${release()}`,
    `Node ${process.versions.node}`,
    engineVersion(),
    `AWS provider ${findProviderMirror('registry.terraform.io')?.version ?? 'from the registry'}`,
    `load before: ${load.toFixed(1)}`,
  ]
  return `Measured ${describeMoment()}: ${parts.join(', ')}.${caveat}`
}

function engineVersion(): string {
  const engine = findProgram('terraform', 'tofu')
  if (engine === null) return 'no Terraform'
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null' }
  return execFileSync(engine, ['version'], { encoding: 'utf8', env }).split('\n')[0] ?? 'unknown Terraform'
}

/** The commit's short name, marked where what was measured differs from it. */
function commitName(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: repositoryRoot, encoding: 'utf8' }).trim()
  try {
    const isDirty = git('status', '--porcelain', '--', 'src', 'providers', 'bin', 'package-lock.json') !== ''
    return `${git('rev-parse', '--short=12', 'HEAD')}${isDirty ? ' with uncommitted changes' : ''}`
  } catch {
    return 'unknown'
  }
}
